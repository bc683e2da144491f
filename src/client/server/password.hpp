// Passwords typed by somebody at the terminal.
#pragma once

#include <optional>
#include <string>

namespace migrate::client {

/// What was typed after `prompt`, without echo; none when there is no terminal.
std::optional<std::string> ask_password(const std::string& prompt);

} // namespace migrate::client
