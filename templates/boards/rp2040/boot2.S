/*
 * Second stage of the RP2040's boot: the boot ROM copies it to SRAM and calls it with the flash not yet mapped. Sets the
 * SSI up for plain serial reads (command 03h, which every flash chip has; RP2040 data sheet 4.10.13), at a quarter of
 * the system clock, and starts what lies behind it from its vector table. src/emulate/uf2.ts holds its bytes.
 */
.syntax unified
.cpu cortex-m0plus
.thumb
.section .text
  ldr r0, =0x18000000 /* SSI */
  movs r1, #0
  str r1, [r0, #0x08] /* SSIENR: off while it is set up */
  movs r1, #4
  str r1, [r0, #0x14] /* BAUDR */
  ldr r1, =0x001f0300 /* CTRLR0: frames of 32 bits, EEPROM read */
  str r1, [r0, #0x00]
  ldr r1, =0x03000218 /* SPI_CTRLR0: command 03h, 8 bits of it, 24 bits of address */
  movs r2, #0xf4
  str r1, [r0, r2]
  movs r1, #0
  str r1, [r0, #0x04] /* CTRLR1: one frame a read */
  movs r1, #1
  str r1, [r0, #0x08]
  ldr r0, =0x10000100
  ldr r1, =0xe000ed08 /* VTOR */
  str r0, [r1]
  ldr r1, [r0]
  msr msp, r1
  ldr r1, [r0, #4]
  bx r1
.pool
