#include "harness/run/ahead.hpp"

#include <gtest/gtest.h>

#include "harness/script/parser.hpp"

namespace popquiz::run {
namespace {

}  // namespace
}  // namespace popquiz::run
