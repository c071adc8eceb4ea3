package io.headrace.tx;

import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Mono;

/** Counts skipped items against the limit. For one subscription, whose signals are serial. */
final class SkipCount {

    // As many as TooManySkippedException attaches.
    private static final int REASONS_KEPT = 20;

    private final AttemptOptions options;
    private final List<Throwable> reasons = new ArrayList<>();
    private long skipped;

    SkipCount(AttemptOptions options) {
        this.options = options;
    }

    /** Takes note of one more at once; the result fails where that is one too many. */
    Mono<Void> add(Throwable reason) {
        skipped++;
        if (reasons.size() < REASONS_KEPT) {
            reasons.add(reason);
        }
        boolean tooMany = options.maximumSkipped().isPresent()
                && skipped > options.maximumSkipped().getAsLong();
        return tooMany
                ? Mono.error(
                        new TooManySkippedException(options.maximumSkipped().getAsLong(), reasons))
                : Mono.empty();
    }
}
