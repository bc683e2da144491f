#include "engine/run/running_text.hpp"

namespace migrate::engine {

namespace {

bool running = false;

} // namespace

bool is_running_text() {
    return running;
}

RunningText::RunningText() {
    running = true;
}

RunningText::~RunningText() {
    running = false;
}

} // namespace migrate::engine
