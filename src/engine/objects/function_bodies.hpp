// Functions of the database whose bodies name a type.  The server knows of no dependency there:
// a body is a text until it runs.
#pragma once

#include "engine/catalog/types.hpp"
#include "engine/objects/fence.hpp"

#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace migrate::engine {

/// Reads the bodies when it is asked first, and then keeps what they name.
class FunctionBodies {
  public:
    /// What `functions` name is read again: they were made or changed.
    void forget(std::span<const pg::ObjectId> functions);
    /// All is read again: others may have changed any.
    void forget();

    /// The functions whose bodies name `type` where only a type can stand: qualified, or on the
    /// function's search_path, or on no path that is known.
    std::vector<pg::ObjectId> users_of(const catalog::TypeIdentity& type, const Fence& fence);

  private:
    struct Function {
        pg::ObjectId oid;
        std::string schema;
        std::optional<std::string> search_path; // that it sets
    };
    struct Mention {
        std::size_t function;
        std::string schema; // as written; may be empty
        bool is_call;
    };

    void read(const std::optional<std::vector<std::int64_t>>& functions);
    void bring_up_to_date();
    static bool means(const Function& function, const Mention& mention,
                      const catalog::TypeIdentity& type, const std::string& name,
                      const Fence& fence);

    bool is_read_ = false;
    std::vector<Function> functions_;
    std::unordered_map<pg::ObjectId, std::size_t> latest_; // of each function: its place above
    std::unordered_map<std::string, std::vector<Mention>> mentions_; // by the name of the type
    std::vector<std::int64_t> changed_;
};

} // namespace migrate::engine
