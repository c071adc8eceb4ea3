package io.headrace.redis;

import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Gives the handlers of a queue an effect exactly once in a database, although a job may be delivered more often: a row for the job is
 * written in the same transaction as the effect, and the job is recorded as done only after the commit. A delivery that finds
 * the row does nothing. The row must stay for as long as the job might come again, its retries included.
 *
 * <p>Only what the transaction covers has its effect once; a mail that the handler sends has not.
 */
public final class JobInbox {

    private final Function<? super Mono<Void>, ? extends Publisher<Void>> transaction;
    private final Function<? super Job<?>, ? extends Mono<Boolean>> insertion;

    private JobInbox(
            Function<? super Mono<Void>, ? extends Publisher<Void>> transaction,
            Function<? super Job<?>, ? extends Mono<Boolean>> insertion) {
        this.transaction = transaction;
        this.insertion = insertion;
    }

    /**
     * An inbox.
     *
     * @param transaction runs work in a transaction and completes after the commit, as {@code work -> work.transform(tx.required())}
     *     does
     * @param insertion writes the row of a job in the current transaction and says whether it is new. It has to wait for another
     *     transaction that is writing the same row, as an {@code INSERT … ON CONFLICT DO NOTHING} does
     * @return the inbox; safe for use by any thread
     */
    public static JobInbox of(
            Function<? super Mono<Void>, ? extends Publisher<Void>> transaction,
            Function<? super Job<?>, ? extends Mono<Boolean>> insertion) {
        return new JobInbox(transaction, insertion);
    }

    /**
     * A handler for {@link JobQueue#consume}.
     *
     * @param effect called in the transaction, at the first delivery and again only where the transaction was rolled back
     * @param <T> the type of the payload
     * @return the handler; it completes after the commit
     */
    public <T> Function<Job<T>, Mono<Void>> handler(Function<? super Job<T>, ? extends Publisher<?>> effect) {
        return job -> {
            Mono<Void> once = Mono.defer(() -> insertion.apply(job))
                    .flatMap(isNew -> isNew ? Flux.from(effect.apply(job)).then() : Mono.empty());
            return Flux.from(transaction.apply(once)).then();
        };
    }
}
