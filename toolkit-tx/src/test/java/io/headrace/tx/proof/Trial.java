package io.headrace.tx.proof;

import io.headrace.core.connection.TransactionOutcome;
import io.r2dbc.spi.Connection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;
import reactor.core.publisher.Sinks;

/** One transaction that is brought to a point and ended there, and what was seen of it. */
final class Trial {

    static final RuntimeException BROKEN = new IllegalStateException("the body is broken");

    private static final long NOT_YET = Long.MAX_VALUE;

    final Line line;
    final ServerGate gate;
    final Point point;
    final End end;

    /** Ends the body early, with a value or an error. */
    final Sinks.One<Long> cut = Sinks.one();

    /** Ends the wait of the subscriber. */
    private final Sinks.One<Long> patience = Sinks.one();

    private final int id;
    private final AtomicLong turns = new AtomicLong(NOT_YET);
    final Queue<TransactionOutcome> outcomes = new ConcurrentLinkedQueue<>();
    final Queue<Signal<Long>> signals = new ConcurrentLinkedQueue<>();
    volatile boolean here;
    private volatile boolean begun;
    List<Connection> lent = List.of();

    Trial(Line line, ServerGate gate, Point point, End end, int number) {
        this.line = line;
        this.gate = gate;
        this.point = point;
        this.end = end;
        this.id = point == Point.COMMIT_IN_FLIGHT && end == End.ERROR ? -number : number;
    }

    Mono<Long> insert() {
        return line.db.sql(ServerGate.INSERT).bind("id", id).update();
    }

    Mono<Integer> ping() {
        return line.db.sql("SELECT :one::int4").bind("one", 1).as(Integer.class).one();
    }

    Mono<Long> orCut(Mono<Long> work) {
        return Mono.firstWithSignal(work, cut.asMono());
    }

    /** What counts is sent from now on. */
    void markSending() {
        turns.set(line.proxy.roundTrips());
    }

    boolean hasSent() {
        return begun && turns.get() != NOT_YET && line.proxy.roundTrips() > turns.get();
    }

    boolean serverRuns(String text) {
        return line.postgres.backends().stream()
                .anyMatch(backend ->
                        backend.state().equals("active") && backend.query().startsWith(text));
    }

    long rows() {
        return line.postgres.queryLong("SELECT count(*) FROM pairs WHERE id = " + id);
    }

    /** Comes to the point and ends there; returns when all is over. */
    void run() {
        Line.giveBack(line.lendAll());
        point.prepare(this);
        Disposable subscriber = line.tx
                .afterCompletion(outcome -> Mono.fromRunnable(() -> outcomes.add(outcome)))
                .then(Mono.defer(() -> {
                    begun = true;
                    return point.body(this);
                }))
                .transform(line.tx.required())
                .timeout(patience.asMono())
                .doOnEach(signals::add)
                .onErrorComplete()
                .subscribe();
        Line.await(() -> point.isReached(this) ? "" : "not at " + point);
        bringAbout(subscriber);
        // Where the server's work has to be stopped, that must not need the gate to open.
        boolean stops = point == Point.STATEMENT_IN_FLIGHT && (end == End.ERROR || end.isCancel());
        if (stops) {
            line.awaitCalm();
        }
        gate.open();
        Line.giveBack(lent);
        if (end != End.CANCEL) {
            Line.await(() -> subscriber.isDisposed() ? "" : "no signal has come");
        }
        line.awaitCalm();
        // Told behind the return of the connection, and by another thread.
        if (!point.outcomes(end).isEmpty()) {
            Line.await(() -> outcomes.isEmpty() ? "no outcome was told" : "");
        }
    }

    private void bringAbout(Disposable subscriber) {
        switch (end) {
            case COMPLETE -> cut.tryEmitValue(2L);
            case ERROR -> {
                cut.tryEmitError(BROKEN);
                if (point == Point.ROLLBACK_IN_FLIGHT) {
                    line.postgres.terminateBackends();
                }
            }
            case CANCEL -> subscriber.dispose();
            case TIMEOUT -> patience.tryEmitValue(0L);
            case CONNECTION_LOSS -> {
                line.proxy.reset();
                if (point == Point.BETWEEN_STATEMENTS) {
                    cut.tryEmitValue(2L);
                }
            }
        }
    }
}
