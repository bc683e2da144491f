#include "pg/script/copy_twins.hpp"

#include "pg/wall/call.hpp"

#include <cstring>
#include <string_view>

extern "C" {
#include <commands/event_trigger.h>
#include <commands/proclang.h>
#include <commands/publicationcmds.h>
#include <foreign/foreign.h>
}

namespace migrate::pg {

namespace {

Node* node_of(const Script& script, std::size_t index) {
    return static_cast<RawStmt*>(script.raw_statement(index))->stmt;
}

void drop_option(List** options, const char* name) {
    for (int i = list_length(*options) - 1; i >= 0; i--) {
        if (std::strcmp(static_cast<DefElem*>(list_nth(*options, i))->defname, name) == 0) {
            *options = list_delete_nth_cell(*options, i);
        }
    }
}

/// False for a statement that there is nothing for in a copy: the second half of a DETACH.
bool make_twin_of_alter(AlterTableStmt* alter) {
    for (int i = 0; i < list_length(alter->cmds); i++) {
        const auto* command = static_cast<AlterTableCmd*>(list_nth(alter->cmds, i));
        if (command->subtype == AT_DetachPartition) {
            castNode(PartitionCmd, command->def)->concurrent = false;
        } else if (command->subtype == AT_DetachPartitionFinalize) {
            return false;
        }
    }
    return true;
}

bool sets_timeout(const VariableSetStmt* set) {
    const std::string_view name = set->name != nullptr ? set->name : "";
    return name == "statement_timeout" || name == "lock_timeout" || name == "transaction_timeout" ||
           name == "idle_in_transaction_session_timeout";
}

/// False for a statement that is not to be run.
bool make_twin(Node* node) {
    switch (nodeTag(node)) {
    case T_IndexStmt:
        castNode(IndexStmt, node)->concurrent = false;
        return true;
    case T_DropStmt:
        castNode(DropStmt, node)->concurrent = false;
        return true;
    case T_RefreshMatViewStmt:
        castNode(RefreshMatViewStmt, node)->concurrent = false;
        return true;
    case T_ReindexStmt:
        drop_option(&castNode(ReindexStmt, node)->params, "concurrently");
        return castNode(ReindexStmt, node)->relation != nullptr;
    case T_AlterTableStmt:
        return make_twin_of_alter(castNode(AlterTableStmt, node));
    case T_CreateExtensionStmt:
        castNode(CreateExtensionStmt, node)->if_not_exists = true;
        return true;
    case T_CreateSchemaStmt:
        if (castNode(CreateSchemaStmt, node)->schemaElts == NIL) {
            castNode(CreateSchemaStmt, node)->if_not_exists = true;
        }
        return true;
    case T_CommentStmt:
        return castNode(CommentStmt, node)->objtype != OBJECT_EXTENSION;
    case T_VariableSetStmt:
        return !sets_timeout(castNode(VariableSetStmt, node));
    case T_ClusterStmt:
        return castNode(ClusterStmt, node)->relation != nullptr;
    case T_VacuumStmt:
    case T_CheckPointStmt:
        return false;
    default:
        return true;
    }
}

/// The schema or other object that `node` would make, if it is there; else an invalid address.
ObjectAddress existing_raw(Node* node) {
    const auto address = [](Oid class_id, Oid oid) { return ObjectAddress{class_id, oid, 0}; };
    switch (nodeTag(node)) {
    case T_CreateSchemaStmt: {
        const auto* create = castNode(CreateSchemaStmt, node);
        return address(NamespaceRelationId, create->schemaname != nullptr
                                                ? get_namespace_oid(create->schemaname, true)
                                                : InvalidOid);
    }
    case T_CreatePublicationStmt:
        return address(PublicationRelationId,
                       get_publication_oid(castNode(CreatePublicationStmt, node)->pubname, true));
    case T_CreateForeignServerStmt:
        return address(
            ForeignServerRelationId,
            get_foreign_server_oid(castNode(CreateForeignServerStmt, node)->servername, true));
    case T_CreateFdwStmt:
        return address(ForeignDataWrapperRelationId,
                       get_foreign_data_wrapper_oid(castNode(CreateFdwStmt, node)->fdwname, true));
    case T_CreateEventTrigStmt:
        return address(EventTriggerRelationId,
                       get_event_trigger_oid(castNode(CreateEventTrigStmt, node)->trigname, true));
    case T_CreatePLangStmt:
        return address(LanguageRelationId,
                       get_language_oid(castNode(CreatePLangStmt, node)->plname, true));
    default:
        return address(InvalidOid, InvalidOid);
    }
}

} // namespace

bool make_copy_twin(void* raw_statement) {
    return make_twin(static_cast<RawStmt*>(raw_statement)->stmt);
}

std::vector<std::size_t> make_copy_twins(Script& script) {
    std::vector<std::size_t> passed_over;
    for (std::size_t i = 0; i < script.statements().size(); i++) {
        if (!make_copy_twin(script.raw_statement(i))) {
            passed_over.push_back(i);
        }
    }
    script.run_in_copy();
    return passed_over;
}

MadeAround existing_around(const Script& script) {
    MadeAround result;
    for (std::size_t i = 0; i < script.statements().size(); i++) {
        Node* node = node_of(script, i);
        const ObjectAddress found = call([node] { return existing_raw(node); });
        if (!OidIsValid(found.objectId)) {
            continue;
        }
        if (found.classId == NamespaceRelationId) {
            result.schemas.push_back(found.objectId);
        } else {
            result.globals.push_back({found.classId, found.objectId, 0});
        }
    }
    return result;
}

} // namespace migrate::pg
