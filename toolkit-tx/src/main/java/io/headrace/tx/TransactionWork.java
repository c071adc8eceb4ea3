package io.headrace.tx;

import io.headrace.core.connection.Session;
import io.headrace.core.connection.Sessions;
import io.headrace.core.connection.TransactionOutcome;
import io.headrace.core.error.SqlErrors;
import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** One attempt at a transaction. */
final class TransactionWork extends Work {

    /** The statement took too long, or the transaction stood idle for too long. */
    private static final List<String> SERVER_LIMITS = List.of("57014", "25P03");

    private final Sessions sessions;
    private final TransactionOptions options;
    private final @Nullable Session outer;
    private final boolean readOnly;
    private final int attempt;
    private final @Nullable TransactionExecution execution;
    private final @Nullable WaitBeside wait;

    private volatile boolean begun;
    private volatile Disposable warning = Disposables.disposed();
    private volatile @Nullable String mark;
    private volatile @Nullable Throwable givenUp;

    /**
     * @param outer the one around it, which keeps its connection meanwhile
     * @param attempt counted from 1
     * @param context the subscriber's
     */
    TransactionWork(
            Sessions sessions,
            TransactionOptions options,
            @Nullable Session outer,
            boolean readOnly,
            int attempt,
            ContextView context) {
        this.sessions = sessions;
        this.options = options;
        this.outer = outer;
        this.readOnly = readOnly;
        this.attempt = attempt;
        this.wait = outer == null ? null : new WaitBeside(sessions, options, outer);
        List<TransactionListener> listeners = options.signals().listeners();
        this.execution =
                listeners.isEmpty() ? null : new TransactionExecution(listeners, start(), context, sessions.timer());
    }

    private TransactionStart start() {
        return new TransactionStart(
                options.name(),
                options.signals().callSite(),
                attempt,
                sessions.dialect().name(),
                readOnly,
                outer != null);
    }

    TransactionOptions options() {
        return options;
    }

    @Nullable
    Session outer() {
        return outer;
    }

    boolean isReadOnly() {
        return readOnly;
    }

    int attempt() {
        return attempt;
    }

    @Override
    TransactionWork transaction() {
        return this;
    }

    @Override
    int depth() {
        return 0;
    }

    /** The attempt with what is to be told and counted around it. */
    <T> Flux<T> watched(Flux<T> run) {
        Flux<T> guarded = wait == null ? run : wait.guarded(run);
        return execution == null ? guarded : execution.watched(guarded);
    }

    /** The body, now that there is a connection. */
    <T> Mono<T> begun(Mono<T> body) {
        begin();
        return judged(execution == null ? body : body.contextWrite(execution::contextWrite));
    }

    /** The body, now that there is a connection. */
    <T> Flux<T> begun(Flux<T> body) {
        begin();
        return judged(execution == null ? body : body.contextWrite(execution::contextWrite));
    }

    private void begin() {
        begun = true;
        if (wait != null) {
            wait.acquired();
        }
        if (execution != null) {
            execution.begun();
        }
        warning = LongTransactionLog.watch(options, attempt, sessions.timer());
    }

    TransactionTimeoutException timeout(Duration limit) {
        return new TransactionTimeoutException(toString(), limit, attempt, begun);
    }

    /** The server has the same limit for each statement. Where it was faster, its error is passed on, and this said beside. */
    void noteServerLimit(Throwable error, Duration limit, Duration left) {
        if (left.compareTo(Duration.ZERO) <= 0
                && SqlErrors.sqlStateOf(error).filter(SERVER_LIMITS::contains).isPresent()) {
            TransactionNote.add(
                    error,
                    this + " was not done within " + limit.toMillis()
                            + " ms (TransactionOptions.timeout), and the server noticed first");
        }
    }

    /** The attempts at a transaction beside this one have failed for good: this one is not worth another for it. */
    void giveUp(Throwable error) {
        givenUp = error;
    }

    boolean isGivenUp(Throwable error) {
        Throwable known = givenUp;
        for (Throwable current = error; current != null && known != null; current = current.getCause()) {
            if (current == known) {
                return true;
            }
        }
        return false;
    }

    @Override
    Mono<Void> beforeKept() {
        return hooks().runBefore();
    }

    @Override
    public Publisher<?> beforeCommit(Connection connection) {
        return readOnly || options.ends().commitCheck() == CommitCheck.NONE
                ? Mono.empty()
                : sessions.dialect()
                        .commitQuestion()
                        .map(question -> question.mark(connection).doOnNext(answer -> mark = answer))
                        .orElse(Mono.empty());
    }

    @Override
    public boolean awaitsBeforeCommit() {
        return options.ends().commitCheck() == CommitCheck.BEFORE_COMMIT;
    }

    @Override
    public Mono<Boolean> commitLost(Throwable error) {
        return new LostCommit(sessions, options, error).wasCommitted(readOnly, mark);
    }

    /** Hooks after the end run outside, also outside a transaction around this one. */
    @Override
    public Mono<Void> ended(TransactionOutcome outcome, @Nullable Throwable error) {
        warning.dispose();
        if (execution != null) {
            execution.ended(outcome, error);
        }
        return hooks().runAfter(outcome, toString()).contextWrite(sessions::unbind);
    }

    @Override
    public String toString() {
        return options.toString();
    }
}
