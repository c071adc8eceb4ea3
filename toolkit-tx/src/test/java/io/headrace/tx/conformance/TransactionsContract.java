package io.headrace.tx.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.headrace.core.connection.TransactionOutcome;
import io.headrace.core.error.SqlErrorKind;
import io.headrace.core.error.SqlErrors;
import io.headrace.tx.IncompatibleTransactionException;
import io.headrace.tx.NoTransactionException;
import io.headrace.tx.RolledBackException;
import io.headrace.tx.TransactionOptions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** How transactions end, where a body runs, and what happens around the end. */
abstract class TransactionsContract extends Contract {

    TransactionsContract(TestDatabase database) {
        super(database);
    }

    <T> void succeeds(Mono<T> body) {
        StepVerifier.create(body).expectNextCount(1).expectComplete().verify(TestDatabase.LIMIT);
    }

    Mono<Long> beside(Mono<Long> body) {
        return Mono.from(body.transform(tx.requiresNew()));
    }

    Mono<Long> nested(Mono<Long> body) {
        return Mono.from(body.transform(tx.nested()));
    }

    @Test
    void completionCommitsAndAnErrorRollsBack() {
        succeeds(tx.run(insert(1).then(insert(2))));
        StepVerifier.create(tx.run(insert(3).then(insert(1))))
                .expectErrorMatches(error -> SqlErrors.kindOf(error) == SqlErrorKind.UNIQUE_VIOLATION)
                .verify(TestDatabase.LIMIT);

        assertThat(ids()).containsExactly(1L, 2L);
    }

    @Test
    void aPartThatJoinsIsPartOfTheWholeAndItsFailureDoomsIt() {
        StepVerifier.create(tx.run(insert(1)
                        .then(tx.run(insert(1)).onErrorReturn(0L))
                        .then(insert(2))
                        .onErrorReturn(0L)))
                .expectError(RolledBackException.class)
                .verify(TestDatabase.LIMIT);

        assertThat(ids()).isEmpty();
    }

    @Test
    void aNestedPartThatFailsIsUndoneAlone() {
        succeeds(tx.run(insert(1)
                .then(nested(insert(2).then(insert(1))).onErrorReturn(0L))
                .then(nested(insert(3).then(nested(insert(4).then(insert(3))).onErrorReturn(0L))))
                .then(insert(5))));

        assertThat(ids()).containsExactly(1L, 3L, 5L);
    }

    @Test
    void rollbackOnlyKeepsTheValueAndNothingElse() {
        StepVerifier.create(tx.run(insert(1).delayUntil(rows -> tx.setRollbackOnly())))
                .expectNext(1L)
                .expectComplete()
                .verify(TestDatabase.LIMIT);

        assertThat(ids()).isEmpty();
    }

    /** Overridden where only one transaction can write at a time. */
    @Test
    void aTransactionBesideCommitsThoughTheOneAroundItRollsBack() {
        StepVerifier.create(tx.run(insert(1).then(beside(insert(2))).then(insert(1))))
                .expectErrorMatches(error -> SqlErrors.kindOf(error) == SqlErrorKind.UNIQUE_VIOLATION)
                .verify(TestDatabase.LIMIT);

        assertThat(ids()).containsExactly(2L);
    }

    @Test
    void whatRunsOutsideDoesNotSeeWhatIsNotCommitted() {
        Mono<Long> outside = Mono.from(count().transform(tx.notSupported()));

        StepVerifier.create(
                        tx.run(insert(1).then(count()).zipWith(outside, (within, without) -> within * 10 + without)))
                .expectNext(10L)
                .expectComplete()
                .verify(TestDatabase.LIMIT);
    }

    @Test
    void mandatoryAndNeverAreRefusedInTheWrongPlace() {
        StepVerifier.create(Mono.from(insert(1).transform(tx.mandatory())))
                .expectError(NoTransactionException.class)
                .verify(TestDatabase.LIMIT);
        StepVerifier.create(tx.run(Mono.from(insert(1).transform(tx.never()))))
                .expectError(IncompatibleTransactionException.class)
                .verify(TestDatabase.LIMIT);

        assertThat(ids()).isEmpty();
    }

    @Test
    void supportsRunsInTheTransactionOrWithoutOne() {
        succeeds(Mono.from(insert(1).transform(tx.supports())));
        succeeds(tx.run(Mono.from(insert(2).transform(tx.supports()))
                .then(tx.setRollbackOnly().thenReturn(1))));

        assertThat(ids()).containsExactly(1L);
    }

    @Test
    void hooksRunAroundTheEnd() {
        List<Object> told = new CopyOnWriteArrayList<>();
        Mono<Void> hooks = tx.beforeCommit(count().doOnNext(told::add).then())
                .then(tx.afterCommit(Mono.fromRunnable(() -> told.add("committed"))))
                .then(tx.afterRollback(Mono.fromRunnable(() -> told.add("rolled back"))))
                .then(tx.afterCompletion(outcome -> Mono.fromRunnable(() -> told.add(outcome))));

        succeeds(tx.run(hooks.then(insert(1))));
        StepVerifier.create(tx.run(hooks.then(insert(1)))).expectError().verify(TestDatabase.LIMIT);

        assertThat(told)
                .containsExactly(
                        1L, "committed", TransactionOutcome.COMMITTED, "rolled back", TransactionOutcome.ROLLED_BACK);
    }

    @Test
    void aHookAfterTheCommitMayWrite() {
        succeeds(tx.run(tx.afterCommit(beside(insert(2)).then()).then(insert(1))));

        assertThat(ids()).containsExactly(1L, 2L);
    }

    @Test
    void aStreamIsHeldUntilTheCommit() {
        Flux<Long> two = Flux.concat(insert(1), insert(2));

        StepVerifier.create(two.transform(tx.with(o -> o.holdUntilCommit(2)).required()))
                .expectNext(1L, 1L)
                .expectComplete()
                .verify(TestDatabase.LIMIT);

        assertThat(ids()).containsExactly(1L, 2L);
    }

    @Test
    void aCancelledTransactionLeavesNothingAndTheNextOneGoesOn() {
        StepVerifier.create(tx.run(insert(1).concatWith(Mono.never())))
                .expectNext(1L)
                .thenCancel()
                .verify(TestDatabase.LIMIT);

        succeeds(tx.run(insert(1)));
        assertThat(ids()).containsExactly(1L);
    }

    /** Overridden where there are none. */
    @Test
    void aReadOnlyTransactionReadsAndRefusesWrites() {
        database.execute("INSERT INTO entries VALUES (1, 0)");

        StepVerifier.create(tx.with(TransactionOptions::readOnly).run(count()))
                .expectNext(1L)
                .expectComplete()
                .verify(TestDatabase.LIMIT);
        StepVerifier.create(tx.with(TransactionOptions::readOnly).run(insert(2)))
                .expectError()
                .verify(TestDatabase.LIMIT);

        assertThat(ids()).containsExactly(1L);
    }

    @Test
    void toWriteInAReadOnlyTransactionIsRefusedBeforeAnythingIsSent() {
        Mono<Long> writes = Mono.from(
                insert(1).transform(tx.with(TransactionOptions::readWrite).required()));

        StepVerifier.create(
                        Mono.defer(() -> tx.with(TransactionOptions::readOnly).run(writes)))
                .expectError()
                .verify(TestDatabase.LIMIT);

        assertThat(ids()).isEmpty();
    }
}
