package io.headrace.sqlite;

import io.r2dbc.spi.R2dbcTransientResourceException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/**
 * The rows that a lane has changed and not yet committed, and who is to be told. SQLite reports a row as it is changed;
 * the reports are held back until the change is kept. On the thread of the lane only.
 */
final class UpdateLog {

    private static final int LARGEST = 10_000;

    private final Lane lane;
    private final Set<FluxSink<SqliteUpdate>> listeners = new LinkedHashSet<>();
    private final List<SqliteUpdate> pending = new ArrayList<>();
    private boolean overflowed;

    UpdateLog(Lane lane) {
        this.lane = lane;
    }

    static Flux<SqliteUpdate> of(SqliteSession session) {
        return Flux.<SqliteUpdate>create(
                        sink -> {
                            var registration = LaneCall.<UpdateLog>of(
                                            session, Lanes.Access.WRITE, (lease, signal) -> lease.lane()
                                                    .updates()
                                                    .add(sink))
                                    .subscribe(log -> sink.onDispose(log.removal(sink)), sink::error);
                            sink.onCancel(registration);
                        },
                        FluxSink.OverflowStrategy.IGNORE)
                .onBackpressureBuffer(LARGEST);
    }

    private UpdateLog add(FluxSink<SqliteUpdate> sink) {
        if (listeners.isEmpty()) {
            lane.connection().onUpdate(this::changed);
        }
        listeners.add(sink);
        return this;
    }

    private Disposable removal(FluxSink<SqliteUpdate> sink) {
        return () -> {
            boolean unused = lane.offer(() -> remove(sink));
        };
    }

    private void remove(FluxSink<SqliteUpdate> sink) {
        listeners.remove(sink);
        if (listeners.isEmpty() && !lane.isClosed()) {
            lane.connection().onUpdate(null);
            rolledBack();
        }
    }

    private void changed(String operation, String database, String table, long row) {
        if (pending.size() == LARGEST) {
            overflowed = true;
            return;
        }
        pending.add(new SqliteUpdate(SqliteUpdate.Operation.valueOf(operation), table, row));
    }

    void committed() {
        if (overflowed) {
            List<FluxSink<SqliteUpdate>> all = List.copyOf(listeners);
            rolledBack();
            all.forEach(sink -> sink.error(new R2dbcTransientResourceException(
                    "a transaction has changed more than %,d rows, the limit of updates(); read the tables again and subscribe again"
                            .formatted(LARGEST))));
        } else if (!pending.isEmpty()) {
            List<SqliteUpdate> changes = List.copyOf(pending);
            pending.clear();
            for (FluxSink<SqliteUpdate> sink : List.copyOf(listeners)) {
                changes.forEach(sink::next);
            }
        }
    }

    void rolledBack() {
        pending.clear();
        overflowed = false;
    }

    /** The lane is closed. */
    void end() {
        List.copyOf(listeners).forEach(FluxSink::complete);
        listeners.clear();
        rolledBack();
    }
}
