#include "dorefa/Dialect/Dorefa/IR/Dorefa.h"
