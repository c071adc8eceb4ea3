package io.headrace.core.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.error.MappingException;
import io.headrace.core.error.RowCountException;
import io.headrace.core.mapping.Column;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** Rows as records, scalars and maps, and how many of them there may be. */
abstract class ResultContract extends Contract {

    enum Material {
        IRON,
        WOOD
    }

    record Item(
            long id,
            String itemName,
            @Column("price") BigDecimal cost,
            int stock,
            double weight,
            boolean listed,
            LocalDate madeOn,
            LocalDateTime soldAt,
            @Nullable Material material,
            Optional<String> note) {}

    record Strict(long id, String note) {}

    private static final Item NAIL = new Item(
            1,
            "nail",
            new BigDecimal("0.05"),
            1000,
            0.25,
            true,
            LocalDate.of(2024, 2, 29),
            LocalDateTime.of(2024, 3, 1, 12, 30, 15),
            Material.IRON,
            Optional.of("sharp"));

    private static final String COLUMNS =
            "id bigint PRIMARY KEY, item_name varchar(50) NOT NULL, price decimal(10,2) NOT NULL, stock int NOT NULL,"
                    + " weight double precision NOT NULL, listed boolean NOT NULL, made_on date NOT NULL,"
                    + " sold_at timestamp NOT NULL, material varchar(20), note varchar(50)";

    ResultContract(TestDatabase database) {
        super(database);
    }

    @BeforeAll
    void createItems() {
        create("items", COLUMNS);
        database.execute(
                "INSERT INTO items VALUES (1, 'nail', 0.05, 1000, 0.25, true, '2024-02-29', '2024-03-01 12:30:15', 'IRON', 'sharp')",
                "INSERT INTO items VALUES (2, 'board', 12.5, 0, 8.5, false, '2020-01-01', '2020-01-02 00:00:00', NULL, NULL)");
    }

    @Test
    void aRowBecomesARecord() {
        db.sql("SELECT * FROM items WHERE id = :id")
                .bind("id", 1L)
                .as(Item.class)
                .one()
                .as(StepVerifier::create)
                .expectNext(NAIL)
                .verifyComplete();
    }

    @Test
    void aRecordThatIsBoundComesBackAsItWas() {
        Item copy = new Item(
                3,
                "copy",
                NAIL.cost(),
                -1,
                -0.5,
                false,
                LocalDate.of(1999, 12, 31),
                NAIL.soldAt(),
                Material.WOOD,
                Optional.empty());
        db.sql(
                        "INSERT INTO items VALUES (:id, :itemName, :price, :stock, :weight, :listed, :madeOn, :soldAt, :material, :note)")
                .bindAll(copy)
                .update()
                .then(db.sql("SELECT * FROM items WHERE id = 3").as(Item.class).one())
                .as(StepVerifier::create)
                .expectNext(copy)
                .verifyComplete();
        database.execute("DELETE FROM items WHERE id = 3");
    }

    @Test
    void nullWhereNoneMayBeIsAnErrorThatNamesColumnComponentAndRow() {
        db.sql("SELECT id, note FROM items ORDER BY id")
                .as(Strict.class)
                .flux()
                .as(StepVerifier::create)
                .expectNext(new Strict(1, "sharp"))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(MappingException.class)
                        .hasMessageContaining("row 2")
                        .hasMessageContainingAll("Strict.note", "is NULL"));
    }

    @Test
    void aMissingColumnIsAnErrorThatNamesIt() {
        db.sql("SELECT id FROM items WHERE id = 1")
                .as(Strict.class)
                .one()
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error ->
                        assertThat(error).isInstanceOf(MappingException.class).hasMessageContaining("'note'"));
    }

    @Test
    void aSingleColumnIsAScalar() {
        StepVerifier.create(db.sql("SELECT item_name FROM items ORDER BY id")
                        .as(String.class)
                        .flux()
                        .collectList())
                .expectNext(List.of("nail", "board"))
                .verifyComplete();
        StepVerifier.create(db.sql("SELECT count(*) FROM items").as(Long.class).one())
                .expectNext(2L)
                .verifyComplete();
        StepVerifier.create(db.sql("SELECT stock FROM items WHERE id = 1")
                        .as(Integer.class)
                        .one())
                .expectNext(1000)
                .verifyComplete();
    }

    @Test
    void aRowBecomesAMapByColumnLabelWithNulls() {
        db.sql("SELECT id, note FROM items WHERE id = 2")
                .as(Map.class)
                .one()
                .as(StepVerifier::create)
                .assertNext(row -> {
                    Map<?, ?> map = (Map<?, ?>) row;
                    assertThat(map).hasSize(2);
                    assertThat(map.values().toString()).isEqualTo("[2, null]");
                    assertThat(map.keySet().toString()).isEqualToIgnoringCase("[id, note]");
                })
                .verifyComplete();
    }

    @Test
    void aFunctionMapsWhateverItLikes() {
        db.sql("SELECT id, item_name FROM items ORDER BY id")
                .as((row, metadata) -> row.get("item_name", String.class) + row.get("id", Long.class))
                .flux()
                .as(StepVerifier::create)
                .expectNext("nail1", "board2")
                .verifyComplete();
    }

    @Test
    void oneWantsExactlyOneRow() {
        StepVerifier.create(db.sql("SELECT id FROM items WHERE id = 9")
                        .as(Long.class)
                        .one())
                .verifyError(RowCountException.class);
        StepVerifier.create(db.sql("SELECT id FROM items").as(Long.class).one()).verifyError(RowCountException.class);
    }

    @Test
    void optionalWantsAtMostOneRow() {
        StepVerifier.create(db.sql("SELECT id FROM items WHERE id = 9")
                        .as(Long.class)
                        .optional())
                .verifyComplete();
        StepVerifier.create(db.sql("SELECT id FROM items").as(Long.class).optional())
                .verifyError(RowCountException.class);
    }

    @Test
    void firstTakesAnyNumberOfRows() {
        StepVerifier.create(db.sql("SELECT id FROM items ORDER BY id")
                        .as(Long.class)
                        .first())
                .expectNext(1L)
                .verifyComplete();
        StepVerifier.create(db.sql("SELECT id FROM items WHERE id = 9")
                        .as(Long.class)
                        .first())
                .verifyComplete();
    }
}
