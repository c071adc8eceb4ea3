package io.headrace.core.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.connection.SavepointScope;
import io.headrace.core.connection.Session;
import io.headrace.core.connection.TransactionScope;
import io.headrace.core.dialect.TransactionMode;
import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Parts of a transaction behind savepoints. */
abstract class SavepointContract extends Contract {

    SavepointContract(TestDatabase database) {
        super(database);
    }

    @BeforeEach
    void createEntries() {
        create("entries", "id bigint PRIMARY KEY, amount int NOT NULL");
    }

    private <T> Mono<T> transaction(Function<Session, Mono<T>> body) {
        return TransactionScope.of(db.sessions(), TransactionMode.defaults()).mono(body);
    }

    private <T> Mono<T> nested(Session outer, Mono<T> body) {
        return SavepointScope.of(db.sessions(), outer).mono(inner -> body);
    }

    private Mono<Long> insert(long id) {
        return db.sql("INSERT INTO entries VALUES (:id, 0)").bind("id", id).update();
    }

    private List<Long> ids() {
        return db.sql("SELECT id FROM entries ORDER BY id")
                .as(Long.class)
                .flux()
                .collectList()
                .block(TestDatabase.LIMIT);
    }

    private static <T> void succeeds(Mono<T> transaction) {
        StepVerifier.create(transaction).expectNextCount(1).expectComplete().verify(TestDatabase.LIMIT);
    }

    @Test
    void whatCompletesBehindASavepointIsKept() {
        succeeds(transaction(outer -> insert(1)
                .then(nested(outer, insert(2)))
                .then(nested(outer, Mono.just(3L)))
                .then(insert(4))));

        assertThat(ids()).containsExactly(1L, 2L, 4L);
    }

    @Test
    void whatFailsBehindASavepointIsUndoneAlone() {
        succeeds(transaction(outer -> insert(1)
                .then(nested(outer, insert(2).then(insert(1)))
                        .onErrorResume(
                                error -> SqlErrors.kindOf(error) == SqlErrorKind.UNIQUE_VIOLATION, error -> insert(3)))
                .then(nested(outer, insert(4).then(Mono.<Long>error(new IllegalStateException("part"))))
                        .onErrorReturn(IllegalStateException.class, 0L))
                .then(insert(5))));

        assertThat(ids()).containsExactly(1L, 3L, 5L);
    }

    @Test
    void whatIsCancelledBehindASavepointIsUndoneAlone() {
        succeeds(transaction(outer -> insert(1)
                .then(nested(outer, insert(2).then(Mono.<Long>never()))
                        .timeout(Duration.ofMillis(50), Mono.just(0L), Schedulers.boundedElastic()))
                .then(insert(3))));

        assertThat(ids()).containsExactly(1L, 3L);
    }

    @Test
    void anOuterSavepointTakesAnInnerOneThatWasReleasedWithIt() {
        succeeds(transaction(outer -> insert(1)
                .then(SavepointScope.of(db.sessions(), outer)
                        .mono(middle -> insert(2)
                                .then(nested(middle, insert(3)))
                                .then(nested(middle, insert(1)).onErrorReturn(0L))
                                .then(Mono.<Long>error(new IllegalStateException("part"))))
                        .onErrorReturn(IllegalStateException.class, 0L))
                .then(insert(4))));

        assertThat(ids()).containsExactly(1L, 4L);
    }

    @Test
    void siblingsAndWhatIsAroundThemDoNotMix() {
        succeeds(transaction(outer -> Flux.range(1, 6)
                .flatMap(
                        n -> n % 3 == 0
                                ? insert(n)
                                : nested(
                                                outer,
                                                insert(10L * n)
                                                        .then(n % 3 == 1 ? insert(10L * n) : insert(10L * n + 1)))
                                        .onErrorReturn(0L),
                        6)
                .reduce(Long::sum)));

        assertThat(ids()).containsExactly(3L, 6L, 20L, 21L, 50L, 51L);
    }

    @Test
    void anErrorThatIsHandledBehindASavepointLeavesNoHalfOfIt() {
        Mono<Long> handled = transaction(
                outer -> insert(1).then(nested(outer, insert(2).then(insert(1).onErrorReturn(0L)))));

        StepVerifier.create(handled.onErrorReturn(0L))
                .expectNextCount(1)
                .expectComplete()
                .verify(TestDatabase.LIMIT);

        // PostgreSQL refuses whatever follows an error; the others go on behind it.
        assertThat(ids()).isIn(List.of(), List.of(1L, 2L));
    }
}
