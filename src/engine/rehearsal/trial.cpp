#include "engine/rehearsal/trial.hpp"

#include "engine/rehearsal/copy_of_prefix.hpp"
#include "engine/run/placeholders.hpp"
#include "engine/run/prefix_state.hpp"
#include "engine/run/progress.hpp"
#include "engine/run/transactional_run.hpp"
#include "engine/schema/reader.hpp"

namespace migrate::engine {

core::SchemaModel model_of_text(const Prefix& prefix, const std::string& text, pg::CopyWay way,
                                const std::function<void()>& look) {
    const std::string name = "desired text";
    require_run_rights(prefix, core::Direction::upgrade);
    const std::string texts[] = {replaced_text(prefix, text, name)};
    core::SchemaModel model;
    in_empty_copy_of(prefix, texts, way, [&](pg::EmptyCopy& copy) {
        PrefixState state(prefix);
        Progress progress(1, Progress::Default::quiet);
        TouchedObjects touched; // is of no use: nothing stays
        TransactionalRun run(state, core::Direction::upgrade, progress, touched,
                             {{"client_min_messages", "error"}});
        run.run_in(copy);
        run.run_text(texts[0], name);
        model = read_schema(prefix, SchemaExtent::shared).model;
        if (look) {
            look();
        }
    });
    return model;
}

} // namespace migrate::engine
