package io.headrace.core.bulk;

import io.headrace.core.connection.Session;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The plan of a bulk. It is good for the session it was made on and for savepoints within: in a transaction the table's lock
 * keeps the columns as they are. On another session it is good only for text, which the server reads by the types that the columns have then.
 */
final class PlanCache<T extends Record> {

    private record Planned<T extends Record>(Session session, BulkPlan<T> plan) {}

    private final BulkPlanner<T> planner;
    private volatile @Nullable Planned<T> latest;

    PlanCache(BulkPlanner<T> planner) {
        this.planner = planner;
    }

    Mono<BulkPlan<T>> of(Session session) {
        return Mono.defer(() -> {
            Planned<T> known = latest;
            return known != null && session.isWithin(known.session()) ? Mono.just(known.plan()) : fresh(session);
        });
    }

    /** Made anew. */
    Mono<BulkPlan<T>> fresh(Session session) {
        return planner.plan(session).doOnNext(plan -> latest = new Planned<>(session, plan));
    }

    /** A plan for rows that go as text. */
    Mono<BulkPlan<T>> forText(Session session) {
        return Mono.defer(() -> {
            Planned<T> known = latest;
            return known == null ? fresh(session) : Mono.just(known.plan());
        });
    }

    /** The last plan that was made, on whatever session. */
    @Nullable
    BulkPlan<T> known() {
        Planned<T> known = latest;
        return known == null ? null : known.plan();
    }

    boolean isOf(Session session) {
        Planned<T> known = latest;
        return known != null && session.isWithin(known.session());
    }

    void forget() {
        latest = null;
    }
}
