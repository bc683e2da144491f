#include "core/schema/dependencies.hpp"

#include <gtest/gtest.h>

namespace migrate::core {
namespace {

constexpr std::uint32_t pg_class = 1259;
constexpr std::uint32_t pg_type = 1247;
constexpr std::uint32_t pg_proc = 1255;
constexpr std::uint32_t pg_attrdef = 2604;
constexpr std::uint32_t pg_constraint = 2606;
constexpr std::uint32_t pg_rewrite = 2618;

const SchemaIdentity table = {"table", "public.t"};
const SchemaIdentity column_a = {"table column", "public.t.a"};
const SchemaIdentity column_b = {"table column", "public.t.b"};
const SchemaIdentity key = {"table constraint", "t_pkey on public.t"};
const SchemaIdentity view = {"view", "public.v"};
const SchemaIdentity mood = {"type", "public.mood"};
const SchemaIdentity function = {"function", "public.f()"};

const ModelPlaces places = {
    {{pg_class, 1, 0}, table},    {{pg_class, 1, 1}, column_a}, {{pg_class, 1, 2}, column_b},
    {{pg_constraint, 2, 0}, key}, {{pg_class, 3, 0}, view},     {{pg_type, 4, 0}, mood},
    {{pg_proc, 5, 0}, function},
};

std::vector<SchemaDependency> found(const std::vector<DependencyRow>& rows) {
    return dependencies(rows, places, {pg_attrdef});
}

using Edges = std::vector<SchemaDependency>;

TEST(Dependencies, column_needs_its_type) {
    EXPECT_EQ(found({{{pg_class, 1, 1}, {pg_type, 4, 0}, 'n'}}), (Edges{{column_a, mood}}));
}

TEST(Dependencies, array_is_its_element_type) {
    EXPECT_EQ(found({{{pg_type, 40, 0}, {pg_type, 4, 0}, 'i'},
                     {{pg_class, 1, 1}, {pg_type, 40, 0}, 'n'}}),
              (Edges{{column_a, mood}}));
}

TEST(Dependencies, index_is_its_constraint_and_rule_its_view) {
    EXPECT_EQ(found({{{pg_class, 20, 0}, {pg_constraint, 2, 0}, 'i'},
                     {{pg_constraint, 2, 0}, {pg_class, 1, 1}, 'a'},
                     {{pg_rewrite, 30, 0}, {pg_class, 3, 0}, 'i'},
                     {{pg_rewrite, 30, 0}, {pg_class, 3, 0}, 'n'},
                     {{pg_rewrite, 30, 0}, {pg_class, 1, 2}, 'n'},
                     {{pg_rewrite, 30, 0}, {pg_constraint, 2, 0}, 'n'},
                     {{pg_proc, 5, 0}, {pg_class, 20, 0}, 'n'}}),
              (Edges{{function, key}, {key, column_a}, {view, column_b}, {view, key}}));
}

TEST(Dependencies, default_is_its_column) {
    EXPECT_EQ(found({{{pg_attrdef, 6, 0}, {pg_class, 1, 1}, 'a'},
                     {{pg_attrdef, 6, 0}, {pg_proc, 5, 0}, 'n'}}),
              (Edges{{column_a, function}}));
}

TEST(Dependencies, generated_column_needs_what_it_names) {
    // In either order of the rows.
    EXPECT_EQ(found({{{pg_attrdef, 6, 0}, {pg_class, 1, 1}, 'a'},
                     {{pg_attrdef, 6, 0}, {pg_class, 1, 2}, 'i'}}),
              (Edges{{column_b, column_a}}));
    EXPECT_EQ(found({{{pg_attrdef, 6, 0}, {pg_class, 1, 2}, 'i'},
                     {{pg_attrdef, 6, 0}, {pg_class, 1, 1}, 'a'}}),
              (Edges{{column_b, column_a}}));
}

TEST(Dependencies, row_type_is_its_table) {
    EXPECT_EQ(found({{{pg_type, 10, 0}, {pg_class, 1, 0}, 'i'},
                     {{pg_proc, 5, 0}, {pg_type, 10, 0}, 'n'}}),
              (Edges{{function, table}}));
}

TEST(Dependencies, column_that_is_in_no_model_is_its_table) {
    EXPECT_EQ(found({{{pg_proc, 5, 0}, {pg_class, 1, 9}, 'n'}}), (Edges{{function, table}}));
}

TEST(Dependencies, others_are_left_out_and_each_comes_once) {
    EXPECT_EQ(found({{{pg_proc, 5, 0}, {pg_proc, 99, 0}, 'n'},
                     {{pg_proc, 99, 0}, {pg_proc, 5, 0}, 'n'},
                     {{pg_class, 3, 0}, {pg_class, 3, 0}, 'n'},
                     {{pg_proc, 5, 0}, {pg_type, 4, 0}, 'n'},
                     {{pg_proc, 5, 0}, {pg_type, 4, 0}, 'a'}}),
              (Edges{{function, mood}}));
}

TEST(Dependencies, owners_that_go_round_end) {
    EXPECT_EQ(found({{{pg_type, 7, 0}, {pg_type, 8, 0}, 'i'},
                     {{pg_type, 8, 0}, {pg_type, 7, 0}, 'i'},
                     {{pg_proc, 5, 0}, {pg_type, 7, 0}, 'n'}}),
              Edges{});
}

} // namespace
} // namespace migrate::core
