#include "client/output/json.hpp"

#include "core/text.hpp"

namespace migrate::client {

std::vector<Json> json_rows(const Result& result) {
    std::vector<Json> rows;
    rows.reserve(static_cast<std::size_t>(result.rows()));
    for (int i = 0; i < result.rows(); i++) {
        rows.push_back(Json::parse(result.text(i, 0)));
    }
    return rows;
}

std::string json_text(const std::vector<Json>& rows) {
    return Json(rows).dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string member_text(const Json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || found->is_null()) {
        return {};
    }
    return found->is_string() ? found->get<std::string>() : found->dump();
}

std::string member_list(const Json& object, const char* key) {
    std::string result;
    const auto found = object.find(key);
    if (found != object.end() && found->is_array()) {
        for (const Json& item : *found) {
            core::append_item(result, item.get<std::string>());
        }
    }
    return result;
}

} // namespace migrate::client
