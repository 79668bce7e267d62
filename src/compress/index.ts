export * from './quantize';
