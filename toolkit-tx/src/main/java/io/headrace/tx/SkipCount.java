package io.headrace.tx;

import java.util.ArrayList;
import java.util.List;

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

    /** Takes note of one more, or throws where that is one too many. */
    void add(Throwable reason) {
        skipped++;
        if (reasons.size() < REASONS_KEPT) {
            reasons.add(reason);
        }
        if (options.maximumSkipped().isPresent()
                && skipped > options.maximumSkipped().getAsLong()) {
            throw new TooManySkippedException(options.maximumSkipped().getAsLong(), reasons);
        }
    }
}
