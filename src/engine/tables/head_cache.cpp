#include "engine/tables/head_cache.hpp"

#include "engine/tables/installation.hpp"
#include "engine/tables/revision.hpp"
#include "pg/session/session.hpp"

#include <algorithm>
#include <optional>

namespace migrate::engine::head_cache {

namespace {

struct Entry {
    pg::TransactionMark transaction; // a rolled back subtransaction must not be believed
    pg::ObjectId table;              // the extension may have been dropped and made again
    std::string source;
    std::vector<std::string> heads;
};

std::optional<Entry> entry;

bool is_valid(const std::string& source) {
    return entry && entry->source == source && entry->transaction == pg::transaction_mark() &&
           entry->table == tables::prefix_table();
}

Entry& entry_of(const std::string& source) {
    if (!is_valid(source)) {
        entry =
            Entry{pg::transaction_mark(), tables::prefix_table(), source, tables::heads(source)};
    }
    return *entry;
}

} // namespace

std::vector<std::string> heads(const std::string& source) {
    return entry_of(source).heads;
}

void add(const std::string& source, const std::string& id,
         const std::vector<std::string>& parents) {
    Entry& known = entry_of(source);
    auto& heads = known.heads;
    heads.erase(std::remove_if(heads.begin(), heads.end(),
                               [&parents](const std::string& head) {
                                   return std::find(parents.begin(), parents.end(), head) !=
                                          parents.end();
                               }),
                heads.end());
    if (std::find(heads.begin(), heads.end(), id) == heads.end()) {
        heads.push_back(id);
    }
}

void forget() {
    entry.reset();
}

} // namespace migrate::engine::head_cache
