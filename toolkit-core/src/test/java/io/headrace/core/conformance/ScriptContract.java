package io.headrace.core.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** Lists of values, scripts of statements, and rows that a write gives back. */
abstract class ScriptContract extends Contract {

    record Line(long id, String text) {}

    ScriptContract(TestDatabase database) {
        super(database);
    }

    @BeforeEach
    void createLines() {
        create("plain_lines", "id bigint PRIMARY KEY, text varchar(50) NOT NULL");
        database.execute("INSERT INTO plain_lines VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd')");
    }

    private List<Long> ids(String condition, Object list) {
        return db.sql("SELECT id FROM plain_lines WHERE " + condition + " ORDER BY id")
                .bind("list", list)
                .as(Long.class)
                .flux()
                .collectList()
                .block(TestDatabase.LIMIT);
    }

    @Test
    void aListMatchesItsValues() {
        assertThat(ids("id IN (:list)", List.of(1L, 3L, 9L))).containsExactly(1L, 3L);
        assertThat(ids("text IN (:list)", List.of("b"))).containsExactly(2L);
        assertThat(ids("id NOT IN (:list)", new Long[] {1L, 2L})).containsExactly(3L, 4L);
        assertThat(ids("id IN (:list)", 4L)).containsExactly(4L);
        assertThat(ids("id IN (:list) OR (id NOT IN (:list) AND text = 'd')", List.of(1L)))
                .containsExactly(1L, 4L);
    }

    @Test
    void anEmptyListMatchesNothingAndItsNegationEverything() {
        assertThat(ids("id IN (:list)", List.of())).isEmpty();
        assertThat(ids("id NOT IN (:list)", List.of())).hasSize(4);
    }

    @Test
    void aLongListMatchesToo() {
        List<Long> many = LongStream.rangeClosed(3, 5_000).boxed().toList();

        assertThat(ids("id IN (:list)", many)).containsExactly(3L, 4L);
    }

    @Test
    void aScriptRunsStatementByStatement() {
        db.sql("INSERT INTO plain_lines VALUES (5, 'x;y'); -- ; no statement\n"
                        + "UPDATE plain_lines SET text = 'z' WHERE id = 1; DELETE FROM plain_lines WHERE id = 2;")
                .run()
                .as(StepVerifier::create)
                .verifyComplete();

        assertThat(ids("text IN (:list)", List.of("x;y", "z", "b"))).containsExactly(1L, 5L);
    }

    @Test
    void aGeneratedKeyComesBack() {
        create("numbered", database.identity("id") + ", text varchar(50) NOT NULL");

        db.sql("INSERT INTO numbered (text) VALUES (:text)")
                .bind("text", "first")
                .returning(database.name("id"))
                .as(Long.class)
                .one()
                .as(StepVerifier::create)
                .expectNext(1L)
                .verifyComplete();
    }
}
