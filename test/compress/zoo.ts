import {
  cnn1d,
  dsCnn,
  lenet5,
  mlp,
  mobilenetV2,
  mobilenetV3Small,
  mobilenetV3Small1d,
  resnet18,
  resnet8,
  type Architecture,
} from '../../src/nn';

/** Every model of the zoo, small. */
export const zoo: readonly Architecture[] = [
  resnet18({ inputShape: [16, 16, 3], classes: 4, width: 0.125 }),
  resnet8({ inputShape: [16, 16, 3], classes: 4, width: 0.5 }),
  mobilenetV2({ inputShape: [16, 16, 3], classes: 4, width: 0.25 }),
  mobilenetV3Small({ inputShape: [32, 32, 3], classes: 4, width: 0.25, stemStride: 1 }),
  mobilenetV3Small1d({ inputShape: [64, 6], classes: 4, width: 0.25 }),
  dsCnn({ inputShape: [49, 10, 1], classes: 4, width: 0.25 }),
  lenet5({ inputShape: [28, 28, 1], classes: 4 }),
  cnn1d({ inputShape: [64, 6], classes: 4 }),
  mlp({ inputShape: [12], classes: 4 }),
];
