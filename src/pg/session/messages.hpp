// NOTICEs and WARNINGs for the client.
#pragma once

#include <string_view>

namespace migrate::pg {

/// NOTICE and WARNING: texts as in a Failure.
void notice(std::string_view message, std::string_view detail = {}, std::string_view hint = {});
/// A NOTICE with an SQLSTATE of its own, for programs to know it by.
void notice_as(std::string_view sqlstate, std::string_view message);
void warning(std::string_view sqlstate, std::string_view message, std::string_view detail = {},
             std::string_view hint = {});

} // namespace migrate::pg
