#define KERNEL_HEIGHT 3
#define KERNEL_WIDTH 3
#define PARETINO_NAME depthwise_3x3
#include "depthwise_folded.h"
