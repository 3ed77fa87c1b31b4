// The public face: everything a program needs, and nothing else.
#pragma once

#include "deepboltz/base/error.h"
#include "deepboltz/base/numeric.h"
#include "deepboltz/base/report.h"
#include "deepboltz/rng/draw.h"
#include "deepboltz/rng/key.h"
#include "deepboltz/tensor/context.h"
#include "deepboltz/tensor/tensor.h"
#include "deepboltz/unit/unit.h"
