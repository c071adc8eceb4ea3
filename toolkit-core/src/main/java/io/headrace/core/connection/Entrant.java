package io.headrace.core.connection;

import io.headrace.core.observe.StatementLabel;
import org.jspecify.annotations.Nullable;

/** What takes its turn in a {@link StatementQueue}: a statement, or a savepoint that is about to be set. */
abstract class Entrant {

    /** Where it stands; changed by the queue only, under its lock. */
    enum Phase {
        NEW,
        WAITING,
        IN_DRIVER,
        OVER
    }

    Phase phase = Phase.NEW;

    /** Whose turn it waits for. */
    abstract Level level();

    /** The level that begins with it; null for a statement. */
    @Nullable
    Level opens() {
        return null;
    }

    /** What errors call it. */
    abstract StatementLabel label();

    /** Gives it to the driver. Called once at most. */
    abstract void launch();

    /** Tells whoever waits for it that it was not taken. */
    abstract void refuse(Throwable reason);

    /** It was launched behind a statement of ours that failed: whatever the driver says of it no longer counts. */
    abstract void withdraw(Throwable reason);
}
