package io.headrace.tx;

import io.headrace.core.bulk.Bulk;
import io.headrace.core.error.SqlErrors;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * The items of a piece all at once, by a function that gives how many rows that made.
 *
 * @param namesLine whether an error that names a line of a COPY tells of the item at that place
 */
record ListWork<T>(Function<? super List<T>, ? extends Mono<Long>> work, boolean namesLine)
        implements PieceWork<T, Long> {

    static <T extends Record> ListWork<T> of(Bulk<T> bulk) {
        return new ListWork<>(bulk::insertAll, true);
    }

    @Override
    public Run<Long> begin(List<T> items) {
        return new Run<>() {
            @Override
            public Mono<Long> body() {
                return work.apply(items).defaultIfEmpty(0L);
            }

            @Override
            public int failedIndex(Throwable error) {
                return namesLine ? line(error) : -1;
            }

            private int line(Throwable error) {
                return SqlErrors.copyLineOf(error)
                        .filter(line -> line >= 1 && line <= items.size())
                        .map(line -> Math.toIntExact(line) - 1)
                        .orElse(-1);
            }
        };
    }
}
