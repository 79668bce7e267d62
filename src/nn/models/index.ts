export type { ModelOptions } from './options';
export { cnn1d, type Cnn1dOptions } from './cnn1d';
export { dsCnn, type DsCnnOptions } from './ds-cnn';
export { lenet5, type Lenet5Options } from './lenet5';
export { mlp, type MlpOptions } from './mlp';
export { mobilenetV2, type MobilenetV2Options } from './mobilenet-v2';
export { mobilenetV3Small, mobilenetV3Small1d, type MobilenetV3Options } from './mobilenet-v3-small';
export { resnet, resnet18, type ResnetOptions } from './resnet';
export { resnet8 } from './resnet8';
