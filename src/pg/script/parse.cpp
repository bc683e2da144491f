#include "pg/script/parse.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

#include "pg/script/error_context.hpp"
#include "pg/wall/call.hpp"

namespace migrate::pg {

namespace {

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

/// The first token at or after `offset`: up to 17 a statement's location includes
/// the blanks and comments before it.
int skip_blanks(std::string_view text, int offset) {
    std::size_t at = std::size_t(std::max(offset, 0));
    while (at < text.size()) {
        const char c = text[at];
        if (is_blank(c)) {
            at++;
        } else if (text.substr(at, 2) == "--") {
            at = std::min(text.find('\n', at), text.size());
        } else if (text.substr(at, 2) == "/*") {
            int depth = 0;
            do {
                if (text.substr(at, 2) == "/*") {
                    depth++;
                    at += 2;
                } else if (text.substr(at, 2) == "*/") {
                    depth--;
                    at += 2;
                } else {
                    at++;
                }
            } while (depth > 0 && at < text.size());
        } else {
            break;
        }
    }
    return int(std::min(at, text.size()));
}

/// Whether `options` has `name`, and not switched off.  Throws Error for a value that
/// is no boolean.
bool is_option_on(List* options, const char* name) {
    for (int i = 0; i < list_length(options); i++) {
        auto* option = static_cast<DefElem*>(list_nth(options, i));
        if (std::strcmp(option->defname, name) == 0) {
            return call([=] { return defGetBoolean(option); });
        }
    }
    return false;
}

bool detaches_concurrently(const AlterTableStmt* alter) {
    for (int i = 0; i < list_length(alter->cmds); i++) {
        const auto* command = static_cast<AlterTableCmd*>(list_nth(alter->cmds, i));
        if (command->subtype == AT_DetachPartition &&
            castNode(PartitionCmd, command->def)->concurrent) {
            return true;
        }
    }
    return false;
}

bool moves_tablespace(const AlterDatabaseStmt* alter) {
    for (int i = 0; i < list_length(alter->options); i++) {
        const auto* option = static_cast<DefElem*>(list_nth(alter->options, i));
        if (std::strcmp(option->defname, "tablespace") == 0) {
            return true;
        }
    }
    return false;
}

bool refuses_transaction(Node* node) {
    switch (nodeTag(node)) {
    case T_IndexStmt:
        return castNode(IndexStmt, node)->concurrent;
    case T_DropStmt:
        return castNode(DropStmt, node)->concurrent;
    case T_ReindexStmt: {
        const auto* reindex = castNode(ReindexStmt, node);
        return is_option_on(reindex->params, "concurrently") ||
               (reindex->kind != REINDEX_OBJECT_INDEX && reindex->kind != REINDEX_OBJECT_TABLE);
    }
    case T_VacuumStmt:
        return castNode(VacuumStmt, node)->is_vacuumcmd;
    case T_ClusterStmt:
        return castNode(ClusterStmt, node)->relation == nullptr;
    case T_AlterTableStmt:
        return detaches_concurrently(castNode(AlterTableStmt, node));
    case T_AlterDatabaseStmt:
        return moves_tablespace(castNode(AlterDatabaseStmt, node));
    case T_CreatedbStmt:
    case T_DropdbStmt:
    case T_CreateTableSpaceStmt:
    case T_DropTableSpaceStmt:
    case T_AlterSystemStmt:
        return true;
    default:
        return false;
    }
}

/// SET and RESET that last beyond their own statement.
bool is_setting(const VariableSetStmt* statement) {
    return !statement->is_local && statement->kind != VAR_SET_MULTI;
}

StatementKind transaction_kind(const TransactionStmt* statement) {
    switch (statement->kind) {
    case TRANS_STMT_BEGIN:
    case TRANS_STMT_START:
        // An isolation level asked for here would silently not be had.
        return statement->options == NIL ? StatementKind::transaction_begin
                                         : StatementKind::transaction_control;
    case TRANS_STMT_COMMIT:
        return statement->chain ? StatementKind::transaction_control
                                : StatementKind::transaction_end;
    default:
        return StatementKind::transaction_control;
    }
}

StatementKind kind_of(Node* node) {
    switch (nodeTag(node)) {
    case T_TransactionStmt:
        return transaction_kind(castNode(TransactionStmt, node));
    case T_CopyStmt: {
        const auto* copy = castNode(CopyStmt, node);
        return copy->filename == nullptr && !copy->is_program ? StatementKind::client_copy
                                                              : StatementKind::ordinary;
    }
    case T_VariableSetStmt:
        return is_setting(castNode(VariableSetStmt, node)) ? StatementKind::setting
                                                           : StatementKind::ordinary;
    case T_PrepareStmt:
    case T_ExecuteStmt:
    case T_DeallocateStmt:
    case T_ListenStmt:
    case T_UnlistenStmt:
    case T_DiscardStmt:
    case T_LoadStmt:
        return StatementKind::session_state;
    default:
        return refuses_transaction(node) ? StatementKind::refuses_transaction
                                         : StatementKind::ordinary;
    }
}

bool is_concurrent(Node* node) {
    switch (nodeTag(node)) {
    case T_IndexStmt:
        return castNode(IndexStmt, node)->concurrent;
    case T_DropStmt:
        return castNode(DropStmt, node)->concurrent;
    case T_ReindexStmt:
        return is_option_on(castNode(ReindexStmt, node)->params, "concurrently");
    case T_AlterTableStmt:
        return detaches_concurrently(castNode(AlterTableStmt, node));
    default:
        return false;
    }
}

std::string setting_of(Node* node) {
    if (!IsA(node, VariableSetStmt) || castNode(VariableSetStmt, node)->name == nullptr) {
        return {};
    }
    return castNode(VariableSetStmt, node)->name;
}

/// The command tag; for statements that refuse a transaction, with the word that
/// makes them do so.
std::string command_of(Node* node) {
    const char* tag = call([=] { return GetCommandTagName(CreateCommandTag(node)); });
    std::string command = tag;
    if (is_concurrent(node)) {
        command += IsA(node, AlterTableStmt) ? " DETACH PARTITION CONCURRENTLY" : " CONCURRENTLY";
    } else if (IsA(node, CopyStmt) && castNode(CopyStmt, node)->filename == nullptr &&
               !castNode(CopyStmt, node)->is_program) {
        command += castNode(CopyStmt, node)->is_from ? " FROM STDIN" : " TO STDOUT";
    }
    return command;
}

/// A possibly qualified name (a list of String nodes) as schema and name.
std::pair<std::string, std::string> names_of(List* names) {
    const int count = list_length(names);
    const auto word = [names](int i) { return std::string(strVal(list_nth(names, i))); };
    return {count > 1 ? word(count - 2) : std::string(), word(count - 1)};
}

std::optional<std::pair<std::string, std::string>> altered_type(Node* node) {
    switch (nodeTag(node)) {
    case T_AlterEnumStmt:
        return names_of(castNode(AlterEnumStmt, node)->typeName);
    case T_AlterDomainStmt:
        return names_of(castNode(AlterDomainStmt, node)->typeName);
    case T_AlterTableStmt:
        if (castNode(AlterTableStmt, node)->objtype == OBJECT_TYPE) {
            const RangeVar* name = castNode(AlterTableStmt, node)->relation;
            return std::pair{std::string(name->schemaname != nullptr ? name->schemaname : ""),
                             std::string(name->relname)};
        }
        return std::nullopt;
    default:
        return std::nullopt;
    }
}

/// In the memory of the node.
void change_type_raw(Node* node, char* name) {
    const auto change_last = [name](List* names) { lfirst(list_tail(names)) = makeString(name); };
    switch (nodeTag(node)) {
    case T_CreateEnumStmt:
        change_last(castNode(CreateEnumStmt, node)->typeName);
        break;
    case T_CreateDomainStmt:
        change_last(castNode(CreateDomainStmt, node)->domainname);
        break;
    case T_CompositeTypeStmt:
        castNode(CompositeTypeStmt, node)->typevar->relname = name;
        break;
    case T_CreateRangeStmt: {
        auto* range = castNode(CreateRangeStmt, node);
        change_last(range->typeName);
        // The name of the multirange is taken, too.
        for (int i = list_length(range->params) - 1; i >= 0; i--) {
            const auto* option = static_cast<DefElem*>(list_nth(range->params, i));
            if (std::strcmp(option->defname, "multirange_type_name") == 0) {
                range->params = list_delete_nth_cell(range->params, i);
            }
        }
        break;
    }
    case T_AlterEnumStmt:
        change_last(castNode(AlterEnumStmt, node)->typeName);
        break;
    case T_AlterDomainStmt:
        change_last(castNode(AlterDomainStmt, node)->typeName);
        break;
    case T_AlterTableStmt:
        castNode(AlterTableStmt, node)->relation->relname = name;
        break;
    default:
        break;
    }
}

} // namespace

int line_of(std::string_view text, int offset) {
    const auto end = text.begin() + std::min<std::ptrdiff_t>(offset, std::ssize(text));
    return 1 + int(std::count(text.begin(), end, '\n'));
}

Script::Script(std::string_view text, const std::string& origin, ScriptLifetime lifetime)
    : text_(text), parser_settings_{backslash_quote, standard_conforming_strings} {
    MemoryContext parent =
        lifetime == ScriptLifetime::procedure ? PortalContext : CurrentMemoryContext;
    MemoryContext context = call(
        [=] { return AllocSetContextCreate(parent, "migrate script", ALLOCSET_DEFAULT_SIZES); });
    context_ = context;
    Place place;
    const ScriptContext error_context(text_.c_str(), origin.c_str(), place);
    const char* plain = text_.c_str();
    List* parsed = call([=] {
        MemoryContext before = MemoryContextSwitchTo(context);
        List* list = pg_parse_query(plain);
        MemoryContextSwitchTo(before);
        return list;
    });
    const int count = list_length(parsed);
    nodes_.reserve(std::size_t(count));
    statements_.reserve(std::size_t(count));
    for (int i = 0; i < count; i++) {
        auto* raw = static_cast<RawStmt*>(list_nth(parsed, i));
        nodes_.push_back(raw);
        const int start = skip_blanks(text_, raw->stmt_location);
        const int end =
            raw->stmt_len > 0 ? std::max(raw->stmt_location, 0) + raw->stmt_len : int(text_.size());
        const StatementKind kind = kind_of(raw->stmt);
        statements_.push_back({kind, command_of(raw->stmt), start, end - start,
                               setting_of(raw->stmt), is_concurrent(raw->stmt)});
    }
}

Script::~Script() {
    if (!unwinding_) {
        MemoryContextDelete(static_cast<MemoryContext>(context_));
    }
}

std::string Script::statement_text(std::size_t index) const {
    const ParsedStatement& statement = statements_[index];
    auto end = std::size_t(statement.location) + std::size_t(statement.length);
    while (end > std::size_t(statement.location) && is_blank(text_[end - 1])) {
        end--;
    }
    return text_.substr(std::size_t(statement.location), end - std::size_t(statement.location));
}

std::vector<TypeCreation> Script::created_types() const {
    std::vector<TypeCreation> result;
    for (std::size_t i = 0; i < nodes_.size(); i++) {
        const auto add = [&result, i](TypeKind kind, std::pair<std::string, std::string> names) {
            result.push_back({kind, std::move(names.first), std::move(names.second), i});
        };
        Node* node = static_cast<RawStmt*>(nodes_[i])->stmt;
        if (IsA(node, CreateEnumStmt)) {
            add(TypeKind::enumeration, names_of(castNode(CreateEnumStmt, node)->typeName));
        } else if (IsA(node, CreateDomainStmt)) {
            add(TypeKind::domain, names_of(castNode(CreateDomainStmt, node)->domainname));
        } else if (IsA(node, CreateRangeStmt)) {
            add(TypeKind::range, names_of(castNode(CreateRangeStmt, node)->typeName));
        } else if (IsA(node, CompositeTypeStmt)) {
            const RangeVar* name = castNode(CompositeTypeStmt, node)->typevar;
            add(TypeKind::composite,
                {name->schemaname != nullptr ? name->schemaname : "", name->relname});
        }
    }
    return result;
}

std::vector<LabelAddition> Script::added_labels() const {
    std::vector<LabelAddition> result;
    for (std::size_t i = 0; i < nodes_.size(); i++) {
        Node* node = static_cast<RawStmt*>(nodes_[i])->stmt;
        if (IsA(node, AlterEnumStmt) && castNode(AlterEnumStmt, node)->oldVal == nullptr &&
            !castNode(AlterEnumStmt, node)->skipIfNewValExists) {
            auto [schema, type] = names_of(castNode(AlterEnumStmt, node)->typeName);
            result.push_back(
                {std::move(schema), std::move(type), castNode(AlterEnumStmt, node)->newVal, i});
        }
    }
    return result;
}

std::vector<TypeAlteration> Script::altered_types() const {
    std::vector<TypeAlteration> result;
    for (std::size_t i = 0; i < nodes_.size(); i++) {
        if (const auto names = altered_type(static_cast<RawStmt*>(nodes_[i])->stmt)) {
            result.push_back({names->first, names->second, i});
        }
    }
    return result;
}

std::vector<TypeRenaming> Script::renamed_types() const {
    const auto is_type = [](ObjectType type) {
        return type == OBJECT_TYPE || type == OBJECT_DOMAIN;
    };
    std::vector<TypeRenaming> result;
    for (std::size_t i = 0; i < nodes_.size(); i++) {
        Node* node = static_cast<RawStmt*>(nodes_[i])->stmt;
        if (IsA(node, RenameStmt) && is_type(castNode(RenameStmt, node)->renameType)) {
            const auto* rename = castNode(RenameStmt, node);
            auto [schema, name] = names_of(castNode(List, rename->object));
            result.push_back({std::move(schema), std::move(name), {}, rename->newname, i});
        } else if (IsA(node, AlterObjectSchemaStmt) &&
                   is_type(castNode(AlterObjectSchemaStmt, node)->objectType)) {
            const auto* move = castNode(AlterObjectSchemaStmt, node);
            const auto [schema, name] = names_of(castNode(List, move->object));
            result.push_back({schema, name, move->newschema, name, i});
        }
    }
    return result;
}

void Script::change_type(const std::string& name) {
    Node* node = static_cast<RawStmt*>(nodes_.at(0))->stmt;
    const char* plain = name.c_str();
    auto* context = static_cast<MemoryContext>(context_);
    call([=] {
        MemoryContext before = MemoryContextSwitchTo(context);
        change_type_raw(node, pstrdup(plain));
        MemoryContextSwitchTo(before);
    });
    is_changed_ = true;
}

} // namespace migrate::pg
