#include "reference_server/faults/faults.hpp"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace popquizd::faults {
namespace {

TEST(Faults, NobodyLiesUnasked) {
    const Faults faults;
    EXPECT_TRUE(faults.none());
    for (std::size_t index = 0; index < fault_count; ++index)
        EXPECT_FALSE(faults.commits(static_cast<Fault>(index)));
}

TEST(Faults, IsASet) {
    Faults faults;
    faults.add(Fault::noop_unmarks);
    faults.add(Fault::noop_unmarks);
    EXPECT_FALSE(faults.none());
    EXPECT_TRUE(faults.commits(Fault::noop_unmarks));
    EXPECT_FALSE(faults.commits(Fault::no_lock));
}

TEST(Faults, EachIsFoundByItsName) {
    ASSERT_EQ(all_rows().size(), fault_count);
    for (std::size_t index = 0; index < fault_count; ++index)
        EXPECT_EQ(find_fault(all_rows()[index].name), static_cast<Fault>(index));
    EXPECT_EQ(find_fault("retr_without_stuffing"), Fault::retr_without_stuffing);
    EXPECT_EQ(find_fault(""), std::nullopt);
    EXPECT_EQ(find_fault("retr_without_stuffin"), std::nullopt);
}

TEST(Faults, WhatIsNearIsProposed) {
    EXPECT_EQ(nearest_name("retr_without_stufing"), "retr_without_stuffing");
    EXPECT_EQ(nearest_name("no_locks"), "no_lock");
    EXPECT_EQ(nearest_name("zzzzzzzzzzzzzzz"), "");
    EXPECT_EQ(nearest_name(""), "");
    EXPECT_EQ(nearest_name(std::string(100'000, 'r')), "");
}

TEST(Faults, EachIsToldInASentenceOfItsOwn) {
    std::set<std::string_view> sentences;
    for (const Row& row : all_rows()) {
        EXPECT_TRUE(row.what.ends_with('.')) << row.name;
        EXPECT_TRUE(row.requirement.starts_with("rfc")) << row.name;
        EXPECT_TRUE(sentences.insert(row.what).second) << row.what;
    }
}

}  // namespace
}  // namespace popquizd::faults
