package io.headrace.tx.proof;

import io.headrace.core.connection.TransactionOutcome;
import java.time.Duration;
import java.util.Set;
import reactor.core.publisher.Mono;

/** Where a transaction is when it is ended; the bodies write two rows by one statement. */
enum Point {
    /** It waits for a connection, before BEGIN. */
    BEFORE_BEGIN {
        @Override
        void prepare(Trial trial) {
            trial.lent = trial.line.lendAll();
        }

        @Override
        Mono<Long> body(Trial trial) {
            return trial.end == End.ERROR ? Mono.error(Trial.BROKEN) : trial.insert();
        }

        @Override
        boolean isReached(Trial trial) {
            return trial.line.pool.snapshot().waiting() == 1;
        }

        @Override
        Set<TransactionOutcome> outcomes(End end) {
            return switch (end) {
                case CANCEL, TIMEOUT -> Set.of();
                // It is lent another connection, or one whose loss nobody has noticed yet.
                case CONNECTION_LOSS -> Set.of(TransactionOutcome.COMMITTED, TransactionOutcome.ROLLED_BACK);
                default -> super.outcomes(end);
            };
        }
    },

    BEGIN_IN_FLIGHT {
        @Override
        void prepare(Trial trial) {
            trial.line.proxy.delay(ONE_WAY);
            trial.markSending();
        }

        @Override
        Mono<Long> body(Trial trial) {
            return trial.orCut(trial.insert());
        }

        @Override
        boolean isReached(Trial trial) {
            return trial.hasSent();
        }
    },

    STATEMENT_IN_FLIGHT {
        @Override
        void prepare(Trial trial) {
            trial.gate.hold(ServerGate.STATEMENT);
        }

        @Override
        Mono<Long> body(Trial trial) {
            return trial.orCut(trial.insert());
        }

        @Override
        boolean isReached(Trial trial) {
            return trial.serverRuns("INSERT");
        }
    },

    BETWEEN_STATEMENTS {
        @Override
        Mono<Long> body(Trial trial) {
            return trial.insert().doOnNext(rows -> trial.here = true).then(trial.cut.asMono());
        }

        @Override
        boolean isReached(Trial trial) {
            return trial.here;
        }
    },

    SAVEPOINT_IN_FLIGHT {
        @Override
        void prepare(Trial trial) {
            trial.line.proxy.delay(ONE_WAY);
        }

        @Override
        Mono<Long> body(Trial trial) {
            return trial.ping()
                    .doOnNext(answer -> trial.markSending())
                    .then(trial.orCut(trial.insert().transform(trial.line.tx.nested())));
        }

        @Override
        boolean isReached(Trial trial) {
            return trial.hasSent();
        }

        /** The part that is cut off is undone, and nothing else was written. */
        @Override
        long rowsOfCommit(End end) {
            return 0;
        }
    },

    COMMIT_IN_FLIGHT {
        @Override
        void prepare(Trial trial) {
            trial.gate.hold(ServerGate.COMMIT);
        }

        @Override
        Mono<Long> body(Trial trial) {
            return trial.insert();
        }

        @Override
        boolean isReached(Trial trial) {
            return trial.serverRuns("COMMIT");
        }

        @Override
        Set<TransactionOutcome> outcomes(End end) {
            return switch (end) {
                case CANCEL, TIMEOUT -> Set.of(TransactionOutcome.COMMITTED);
                case CONNECTION_LOSS -> Set.of(TransactionOutcome.COMMITTED, TransactionOutcome.UNKNOWN);
                default -> super.outcomes(end);
            };
        }
    },

    ROLLBACK_IN_FLIGHT {
        @Override
        void prepare(Trial trial) {
            trial.line.proxy.delay(ONE_WAY);
        }

        @Override
        Mono<Long> body(Trial trial) {
            return trial.insert().then(Mono.error(() -> {
                trial.markSending();
                return Trial.BROKEN;
            }));
        }

        @Override
        boolean isReached(Trial trial) {
            return trial.hasSent();
        }

        @Override
        Set<TransactionOutcome> outcomes(End end) {
            return Set.of(TransactionOutcome.ROLLED_BACK);
        }
    };

    /** Long enough to be met on a machine with other work. */
    private static final Duration ONE_WAY = Duration.ofMillis(120);

    void prepare(Trial trial) {}

    abstract Mono<Long> body(Trial trial);

    abstract boolean isReached(Trial trial);

    /** What may become of it; empty where it never begins. */
    Set<TransactionOutcome> outcomes(End end) {
        return switch (end) {
            case COMPLETE -> Set.of(TransactionOutcome.COMMITTED);
            case ERROR, CANCEL, TIMEOUT -> Set.of(TransactionOutcome.ROLLED_BACK);
            // A COMMIT on a link that has been cut says no more than that.
            case CONNECTION_LOSS -> Set.of(TransactionOutcome.ROLLED_BACK, TransactionOutcome.UNKNOWN);
        };
    }

    long rowsOfCommit(End end) {
        return 2;
    }
}
