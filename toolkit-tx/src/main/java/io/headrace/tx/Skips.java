package io.headrace.tx;

import java.util.ArrayList;
import java.util.List;

/** The items that were skipped, told and counted against the limit. For one subscription, whose signals are serial. */
final class Skips {

    private final AttemptOptions options;
    private final List<Throwable> reasons = new ArrayList<>();
    private long skipped;

    Skips(AttemptOptions options) {
        this.options = options;
    }

    /** @throws TooManySkippedException where this is one too many */
    void add(Object item, Throwable error) {
        options.onSkip().accept(new Attempt.Skipped<>(item, error));
        skipped++;
        if (reasons.size() < TooManySkippedException.REASONS_ATTACHED) {
            reasons.add(error);
        }
        options.maximumSkipped().ifPresent(limit -> {
            if (skipped > limit) {
                throw new TooManySkippedException(limit, reasons);
            }
        });
    }
}
