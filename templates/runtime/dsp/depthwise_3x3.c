#include "paretino_dsp.h"

/* Rows of one channel's output, by pairs of neighbours. The assembly below reads it by offset. */
typedef struct {
  /* For each row of the kernel twice the first two taps, and twice the last two. */
  uint32_t taps[6];
  const int16_t *from;
  /* Bytes from row to row of the plane; that a row of pairs takes; rows; twice the bias. */
  int32_t pitch, run, rows, bias;
  /* (2 zero point + 1) << shift */
  int32_t multiplier, zero, shift;
  int32_t channels;
  int8_t *y;
  /* From the end of a row of pairs to the next row: places of y, bytes of the plane from start to start. */
  int32_t y_step, from_step;
} pairs_of_rows;

/* Two neighbours, at stride 1 and 2, from one row of the kernel: low halves of 16 bits lie to the left. */
#define TAPS_1(row, left, right)       \
  "ldrd r10, r11, [" row "], #4\n"       \
  "smlad r12, r10, " left ", r12\n"      \
  "smlatb lr, r10, " left ", lr\n"       \
  "smlabt r12, r11, " right ", r12\n"    \
  "smlad lr, r11, " right ", lr\n"
#define TAPS_2(row, left, right)       \
  "ldrd r10, r11, [" row "], #8\n"       \
  "smlad r12, r10, " left ", r12\n"      \
  "smlabt r12, r11, " right ", r12\n"    \
  "smlad lr, r11, " left ", lr\n"        \
  "ldr r10, [" row "]\n"                 \
  "smlabt lr, r10, " right ", lr\n"

/* In assembly, because every register is taken. */
#define ROWS(name, TAPS)                                                                           \
  __attribute__((naked, noinline)) static void name(const pairs_of_rows *p __attribute__((unused))) { \
    __asm volatile(                                                                                \
        "push {r4-r11, lr}\n"                                                                      \
        "sub sp, #4\n"                                                                             \
        "add r1, r0, #24\n"                                                                        \
        "ldm r1, {r1-r12}\n"                                                                       \
        "push {r1-r12}\n"                                                                          \
        "ldm r0, {r4-r9}\n"                                                                        \
        "ldr r3, [sp, #36]\n"                                                                      \
        "1:\n"                                                                                     \
        "ldrd r0, r2, [sp]\n"                                                                      \
        "add r1, r0, r2\n"                                                                         \
        "add r2, r1\n"                                                                             \
        "ldr r10, [sp, #8]\n"                                                                      \
        "add r10, r0\n"                                                                            \
        "str r10, [sp, #48]\n"                                                                     \
        "2:\n"                                                                                     \
        "ldr r12, [sp, #16]\n"                                                                     \
        "mov lr, r12\n"                                                                            \
        TAPS("r0", "r4", "r5") TAPS("r1", "r6", "r7") TAPS("r2", "r8", "r9")                       \
        "ldr r10, [sp, #20]\n"                                                                     \
        "smmulr r12, r12, r10\n"                                                                   \
        "smmulr lr, lr, r10\n"                                                                     \
        "ldrd r10, r11, [sp, #24]\n"                                                               \
        "add r12, r12, r12, asr #31\n"                                                             \
        "add lr, lr, lr, asr #31\n"                                                                \
        "add r12, r10\n"                                                                           \
        "add lr, r10\n"                                                                            \
        "asr r12, r11\n"                                                                           \
        "asr lr, r11\n"                                                                            \
        "ssat r12, #8, r12, asr #1\n"                                                              \
        "ssat lr, #8, lr, asr #1\n"                                                                \
        "ldr r10, [sp, #32]\n"                                                                     \
        "strb r12, [r3]\n"                                                                         \
        "strb lr, [r3, r10]\n"                                                                     \
        "add r3, r3, r10, lsl #1\n"                                                                \
        "ldr r10, [sp, #48]\n"                                                                     \
        "cmp r0, r10\n"                                                                            \
        "bne 2b\n"                                                                                 \
        "ldrd r10, r11, [sp, #40]\n"                                                               \
        "add r3, r10\n"                                                                            \
        "ldr r0, [sp]\n"                                                                           \
        "add r0, r11\n"                                                                            \
        "str r0, [sp]\n"                                                                           \
        "ldr r10, [sp, #12]\n"                                                                     \
        "subs r10, #1\n"                                                                           \
        "str r10, [sp, #12]\n"                                                                     \
        "bne 1b\n"                                                                                 \
        "add sp, #52\n"                                                                            \
        "pop {r4-r11, pc}\n");                                                                     \
  }

ROWS(rows_at_1, TAPS_1)
ROWS(rows_at_2, TAPS_2)

/*
 * All of one channel but, where the width is odd, the last place of the last row: until there, the right one of a last
 * pair is overwritten by the row that follows. Gives how many places of the last row are done.
 */
static int32_t fast_rows(
    const paretino_convolution *c, int32_t channel, const int16_t *plane, int32_t width, int8_t *y) {
  const int32_t half = c->out_width >> 1, odd = c->out_width & 1, before_last = c->out_height - 1;
  const int32_t shift = c->shifts[channel], channels = c->in_channels;
  pairs_of_rows p;
  for (int32_t i = 0; i < 3; i++) {
    int32_t taps[3];
    for (int32_t j = 0; j < 3; j++) taps[j] = 2 * (c->weights[(3 * i + j) * channels + channel] - c->weight_zero);
    p.taps[2 * i] = ((uint32_t)taps[0] & 0xffffu) | ((uint32_t)taps[1] << 16);
    p.taps[2 * i + 1] = ((uint32_t)taps[1] & 0xffffu) | ((uint32_t)taps[2] << 16);
  }
  p.pitch = 2 * width;
  p.bias = (int32_t)((uint32_t)c->bias[channel] << 1);
  p.multiplier = c->multipliers[channel];
  p.zero = (2 * c->out_zero + 1) * ((int32_t)1 << shift);
  p.shift = shift;
  p.channels = channels;
  p.from_step = p.pitch * c->stride_y;
  for (int32_t part = 0; part < 2; part++) {
    const int32_t pairs = part == 0 ? half + odd : half;
    p.from = plane + part * before_last * c->stride_y * width;
    p.y = y + part * before_last * c->out_width * channels;
    p.run = 4 * pairs * c->stride_x;
    p.rows = part == 0 ? before_last : 1;
    p.y_step = (c->out_width - 2 * pairs) * channels;
    if (pairs == 0 || p.rows == 0) continue;
    if (c->stride_x == 1) {
      rows_at_1(&p);
    } else {
      rows_at_2(&p);
    }
  }
  return 2 * half;
}

/* Shifts beyond this leave no room to add the zero point before shifting. */
#define CAN_BE_FAST(c, shift) ((c)->stride_x <= 2 && (shift) <= 20 && (c)->min == -128 && (c)->max == 127)
#define KERNEL_HEIGHT 3
#define KERNEL_WIDTH 3
#define PARETINO_NAME depthwise_3x3
#include "depthwise_folded.h"
