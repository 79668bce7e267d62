#define KERNEL_HEIGHT 1
#define KERNEL_WIDTH 5
#define PARETINO_NAME paretino_depthwise_1x5
#include "depthwise_folded.h"
