// Rows through the packer and back, at random and at the edges, and what damaged bytes do.
#include "store/packed_table.h"

#include <filesystem>

#include "support/catch.h"
#include "support/random.h"
#include "support/temp_folder.h"

namespace trd {
namespace {

const std::vector<TableColumn> all_kinds{{"at", CellKind::time},
                                         {"what", CellKind::text},
                                         {"price", CellKind::decimal},
                                         {"n", CellKind::count},
                                         {"order", CellKind::order_id}};

Int128 any_number(testing::Random& random) {
    const auto high = static_cast<unsigned __int128>(random.next()) << 64;
    return static_cast<Int128>((high | random.next()) >> random.below(128));
}

struct Row {
    Int128 numbers[4];
    std::string text;
};

Row any_row(testing::Random& random) {
    Row row;
    for (Int128& number : row.numbers) number = random.below(2) == 0 ? any_number(random) : -any_number(random);
    row.text = std::string(random.below(40), static_cast<char>(random.below(256)));
    return row;
}

void put(TablePacker& packer, const Row& row) {
    REQUIRE(packer.begin());
    packer.number(row.numbers[0]);
    packer.text(row.text);
    for (int i = 1; i < 4; ++i) packer.number(row.numbers[i]);
}

bool same(const Row& row, std::span<const PackedCell> cells) {
    return cells[0].number == row.numbers[0] && cells[1].text == row.text && cells[2].number == row.numbers[1] &&
           cells[3].number == row.numbers[2] && cells[4].number == row.numbers[3];
}

TEST_CASE("rows come back as they were, whatever their values and across chunks") {
    for (const size_t count : {size_t{0}, size_t{1}, size_t{1000}, size_t{TablePacker::rows_a_chunk},
                               size_t{TablePacker::rows_a_chunk + 1}}) {
        testing::Random random(count + 7);
        std::vector<Row> rows;
        TablePacker packer("t", all_kinds, UINT64_MAX);
        for (size_t i = 0; i < count; ++i) {
            rows.push_back(any_row(random));
            put(packer, rows.back());
        }
        const PackedTable table = packer.finish();
        CHECK(table.rows == count);
        CHECK(table.chunks.size() == (count + TablePacker::rows_a_chunk - 1) / TablePacker::rows_a_chunk);
        size_t read = 0, wrong = 0;
        for (const PackedChunk& chunk : table.chunks) {
            ChunkRows cursor(chunk, table.columns);
            while (cursor.next()) wrong += same(rows[read++], cursor.cells()) ? 0 : 1;
            CHECK(cursor.ok());
        }
        CHECK(read == count);
        CHECK(wrong == 0);
    }
}

PackedTable numbers(uint64_t rows, ChunkShelf* shelf) {
    TablePacker packer("t", {{"n", CellKind::count}}, UINT64_MAX, shelf);
    for (uint64_t i = 0; i < rows; ++i) {
        REQUIRE(packer.begin());
        packer.number(static_cast<Int128>(i * i));
    }
    return packer.finish();
}

TEST_CASE("full chunks wait on a shelf, which leaves no name behind, and are the same when they are loaded") {
    const TempFolder folder;
    const uint64_t rows = 2 * TablePacker::rows_a_chunk + 1;
    const PackedTable here = numbers(rows, nullptr);
    ChunkShelf shelf(folder.path() + "/not/there/yet");
    const PackedTable first = numbers(rows, &shelf), second = numbers(rows, &shelf);
    CHECK(std::filesystem::is_empty(folder.path()));
    for (const PackedTable* table : {&first, &second}) {
        REQUIRE(table->chunks.size() == 3);
        for (size_t i = 0; i < 3; ++i) {
            CHECK((table->chunks[i].shelf != nullptr) == (i < 2));
            CHECK((table->chunks[i].bytes.capacity() == 0) == (i < 2));
            CHECK(table->chunks[i].rows == here.chunks[i].rows);
            CHECK(*table->chunks[i].load() == here.chunks[i].bytes);
        }
    }
}

TEST_CASE("a relative folder that is to be made has its shelf in the nearest one that is there") {
    for (const char* folder : {"nothing", "nothing/yet", "./nothing", "."}) {
        CAPTURE(folder);
        ChunkShelf shelf(folder);
        const PackedTable table = numbers(TablePacker::rows_a_chunk + 1, &shelf);
        REQUIRE(table.chunks.size() == 2);
        CHECK(table.chunks[0].shelf != nullptr);
    }
}

TEST_CASE("where there is no room for a shelf, chunks stay where they are") {
    const PackedTable here = numbers(TablePacker::rows_a_chunk + 1, nullptr);
    for (const char* folder : {"", "/proc/nothing"}) {
        CAPTURE(folder);
        ChunkShelf shelf(folder);
        const PackedTable table = numbers(TablePacker::rows_a_chunk + 1, &shelf);
        REQUIRE(table.chunks.size() == 2);
        CHECK(table.chunks[0].shelf == nullptr);
        CHECK(table.chunks[0].bytes == here.chunks[0].bytes);
        CHECK(*table.chunks[0].load() == here.chunks[0].bytes);
    }
}

TEST_CASE("rows beyond the bound are counted, not kept") {
    TablePacker packer("t", {{"n", CellKind::count}}, 10);
    for (int i = 0; i < 25; ++i)
        if (packer.begin()) packer.number(i);
    const PackedTable table = packer.finish();
    CHECK(table.rows == 10);
    CHECK(table.dropped == 15);
}

TEST_CASE("columns are written and read, and an unknown kind is refused") {
    CHECK(columns_text(all_kinds) == "at:time,what:text,price:decimal,n:count,order:order_id");
    CHECK(parse_columns(columns_text(all_kinds)) == all_kinds);
    CHECK(parse_columns("") == std::vector<TableColumn>{});
    CHECK_FALSE(parse_columns("at:times").has_value());
    CHECK_FALSE(parse_columns("at").has_value());
}

// Empty: the bytes were refused. (Some bits of a frame mean nothing, so damage may also change nothing.)
std::string all_cells(const PackedChunk& chunk) {
    std::string text;
    ChunkRows cursor(chunk, all_kinds);
    while (cursor.next())
        for (size_t i = 0; i < all_kinds.size(); ++i) {
            const auto number = static_cast<unsigned __int128>(cursor.cells()[i].number);
            text += std::to_string(static_cast<uint64_t>(number >> 64)) + "," +
                    std::to_string(static_cast<uint64_t>(number)) + ",";
            text += cursor.cells()[i].text;
        }
    return cursor.ok() ? text : "";
}

TEST_CASE("every damaged byte of a chunk and of a text is noticed, or harms nothing") {
    testing::Random random(3);
    TablePacker packer("t", all_kinds, UINT64_MAX);
    for (int i = 0; i < 50; ++i) put(packer, any_row(random));
    const PackedChunk chunk = packer.finish().chunks[0];
    const std::string sound = all_cells(chunk);
    REQUIRE_FALSE(sound.empty());
    const std::string script = "local trd = require \"trd\"\n";
    const Bytes text = pack_text(script);
    size_t noticed = 0;
    for (size_t i = 0; i < chunk.bytes.size(); ++i) {
        PackedChunk hurt = chunk;
        hurt.bytes[i] ^= 0x10;
        const std::string cells = all_cells(hurt);
        CHECK((cells.empty() || cells == sound));
        noticed += cells.empty() ? 1 : 0;
    }
    CHECK(noticed > chunk.bytes.size() - 8);
    for (size_t i = 0; i < text.size(); ++i) {
        Bytes hurt = text;
        hurt[i] ^= 0x10;
        const auto read = unpack_text(hurt);
        CHECK((!read || *read == script));
    }
    PackedChunk too_long = chunk, too_short = chunk;
    ++too_long.rows;
    --too_short.rows;
    CHECK(all_cells(too_long).empty());
    CHECK(all_cells(too_short).empty());
}

TEST_CASE("cells as text") {
    CHECK(cell_text({cell_no_time, {}}, CellKind::time).empty());
    CHECK(cell_text({0, {}}, CellKind::time) == "1970-01-01T00:00:00.000000000Z");
    CHECK(cell_text({Price::parse("101.25")->raw(), {}}, CellKind::decimal) == "101.25");
    CHECK(cell_text({-3, {}}, CellKind::count) == "-3");
    const OrderId id = OrderId::pack({.account = {1}, .strategy = {1}, .sequence = 7});
    TablePacker packer("t", {{"order", CellKind::order_id}}, 1);
    REQUIRE(packer.begin());
    packer.id(id);
    const PackedTable table = packer.finish();
    ChunkRows cursor(table.chunks[0], table.columns);
    REQUIRE(cursor.next());
    CHECK(cell_text(cursor.cells()[0], CellKind::order_id) == id.to_hex());
}

}  // namespace
}  // namespace trd
