#include "engine/access/restore_guard.hpp"

#include "core/failure.hpp"
#include "engine/access/prefix_lookup.hpp"
#include "engine/access/rights.hpp"
#include "engine/tables/prefix.hpp"
#include "pg/session/messages.hpp"
#include "pg/session/role.hpp"
#include "pg/session/session.hpp"

namespace migrate::engine {

using core::in_quotes;

bool may_store(const std::string& table, const std::string& prefix,
               const std::optional<std::string>& owner) {
    const pg::ObjectId caller = pg::current_role();
    if (pg::is_superuser(caller)) {
        return true;
    }
    std::optional<std::string> role_name = owner;
    if (!role_name) {
        const auto found = tables::find_prefix(prefix);
        if (!found) {
            // These are restored before the prefixes: there is nothing yet that the row could be
            // added to, and whoever makes the prefix clears it away.  Of the others the prefix was
            // left out.
            return table == "log" || table == "noted_object" || table == "object";
        }
        role_name = found->owner;
    }
    // A role that does not exist could be made later, by somebody who has other plans with it.
    const auto role = pg::find_role(*role_name);
    if (role && pg::can_become(caller, *role) && !pg::is_superuser(*role)) {
        return true;
    }
    pg::warning("42501",
                "a row of " + described_prefix(prefix) + " was left out: it belongs to role " +
                    in_quotes(*role_name),
                role ? "Role " + in_quotes(pg::role_name(caller)) + " cannot become that role."
                     : "There is no such role.",
                "Restore as a superuser, or as a member of that role.");
    return false;
}

} // namespace migrate::engine
