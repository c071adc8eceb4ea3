package io.headrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.test.PostgresTest;
import io.headrace.test.TestPostgres;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

@PostgresTest
class ReturningTest {

    record Line(long id, String text) {}

    private final TestPostgres postgres;
    private final Database db;

    ReturningTest(TestPostgres postgres) {
        this.postgres = postgres;
        this.db = Database.on(postgres.connectionFactory());
    }

    @BeforeEach
    void createLines() {
        postgres.execute("DROP TABLE IF EXISTS lines");
        postgres.execute(
                "CREATE TABLE lines (id int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text, \"Odd Name\" int DEFAULT 5)");
    }

    @Test
    void aGeneratedKeyComesBack() {
        db.sql("INSERT INTO lines (text) VALUES (:text); -- with a comment")
                .bind("text", "first")
                .returning("id")
                .as(Long.class)
                .one()
                .as(StepVerifier::create)
                .expectNext(1L)
                .verifyComplete();
    }

    @Test
    void rowsOfManyComeBackAsRecords() {
        db.sql("INSERT INTO lines (text) SELECT 'n' || i FROM generate_series(1, 1000) i")
                .returning("id", "text")
                .as(Line.class)
                .flux()
                .collectList()
                .as(StepVerifier::create)
                .assertNext(
                        lines -> assertThat(lines).hasSize(1_000).contains(new Line(1, "n1"), new Line(1_000, "n1000")))
                .verifyComplete();
    }

    @Test
    void columnsAreQuotedAndNoneMeansAll() {
        SqlStatement insert = db.sql("INSERT INTO lines (text) VALUES ('x')");

        StepVerifier.create(insert.returning("Odd Name").as(Integer.class).one())
                .expectNext(5)
                .verifyComplete();
        StepVerifier.create(insert.returning().as(Line.class).one())
                .expectNext(new Line(2, "x"))
                .verifyComplete();
    }

    @Test
    void updatedAndDeletedRowsComeBackAndAreCounted() {
        postgres.execute("INSERT INTO lines (text) VALUES ('a'), ('b')");

        StepVerifier.create(db.sql("UPDATE lines SET text = text || :s")
                        .bind("s", "!")
                        .returning("text")
                        .as(String.class)
                        .flux()
                        .collectList())
                .expectNext(List.of("a!", "b!"))
                .verifyComplete();
        StepVerifier.create(db.sql("DELETE FROM lines").returning("id").update())
                .expectNext(2L)
                .verifyComplete();
    }
}
