// Rows that the server returns as JSON objects, and JSON for those who asked for it.
#pragma once

#include "client/server/result.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace migrate::client {

/// Keys stay in the order of the columns.
using Json = nlohmann::ordered_json;

/// One object per row, out of the first column.
std::vector<Json> json_rows(const Result& result);

/// An array of them, to be printed.
std::string json_text(const std::vector<Json>& rows);

/// The text of a member; empty where it is null or not there.
std::string member_text(const Json& object, const char* key);

/// An array of texts as text, with commas in between; the member may be null or not there.
std::string member_list(const Json& object, const char* key);

} // namespace migrate::client
