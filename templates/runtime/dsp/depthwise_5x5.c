#define KERNEL_HEIGHT 5
#define KERNEL_WIDTH 5
#define PARETINO_NAME depthwise_5x5
#include "depthwise_folded.h"
