#define KERNEL_HEIGHT 1
#define KERNEL_WIDTH 5
#define PARETINO_NAME depthwise_1x5
#include "depthwise_folded.h"
