#define KERNEL_HEIGHT 1
#define KERNEL_WIDTH 3
#define PARETINO_NAME depthwise_1x3
#include "depthwise_folded.h"
