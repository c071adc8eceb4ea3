package io.headrace.core.connection;

import io.headrace.core.observe.StatementExecution;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

/** Tells the observers of a cancelled statement how long its connection was busy with it after the cancel. */
final class DrainWatch {

    private final Session session;
    private final StatementExecution execution;
    private final long since;
    private final int stopsBefore;

    private DrainWatch(Session session, StatementExecution execution) {
        this.session = session;
        this.execution = execution;
        this.since = session.timer().now(TimeUnit.NANOSECONDS);
        this.stopsBefore = session.stopRequests();
    }

    static @Nullable DrainWatch of(Session session, ContextView context) {
        StatementExecution execution = StatementExecution.in(context);
        return execution == null ? null : new DrainWatch(session, execution);
    }

    void ended() {
        Duration took = Duration.ofNanos(session.timer().now(TimeUnit.NANOSECONDS) - since);
        execution.drained(took, session.stopRequests() != stopsBefore);
    }
}
