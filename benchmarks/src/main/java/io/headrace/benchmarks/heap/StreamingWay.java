package io.headrace.benchmarks.heap;

import io.headrace.core.Query;
import java.util.Locale;
import reactor.core.publisher.Flux;

/** The ways to read the large result, and one that cannot work, by which the heap shows to be small. */
enum StreamingWay {
    FLUX("Headrace `flux()`, fetch size 1000") {
        @Override
        Flux<StreamedRow> read(Query<StreamedRow> query) {
            return query.flux();
        }
    },
    PARTITIONS("Headrace `partitions(1000)`") {
        @Override
        Flux<StreamedRow> read(Query<StreamedRow> query) {
            return query.partitions(1_000).limitRate(1).flatMapIterable(partition -> partition.rows());
        }
    },
    LIST("all in one list, for comparison") {
        @Override
        Flux<StreamedRow> read(Query<StreamedRow> query) {
            return query.flux().collectList().flatMapIterable(rows -> rows);
        }
    };

    private final String title;

    StreamingWay(String title) {
        this.title = title;
    }

    abstract Flux<StreamedRow> read(Query<StreamedRow> query);

    String title() {
        return title;
    }

    boolean mustFinish() {
        return this != LIST;
    }

    String argument() {
        return name().toLowerCase(Locale.ROOT);
    }

    static StreamingWay ofArgument(String argument) {
        return valueOf(argument.toUpperCase(Locale.ROOT));
    }
}
