package io.headrace.core.scan;

import java.util.function.Supplier;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/** The pages of a scan, each read when it is asked for or, with read-ahead, when the one before it has been. */
final class PageFlux<T> extends Flux<ScanPage<T>> {

    private final PageStatements statements;
    private final ScanSettings settings;
    private final Supplier<PageReader<T>> readers;

    PageFlux(PageStatements statements, ScanSettings settings, Supplier<PageReader<T>> readers) {
        this.statements = statements;
        this.settings = settings;
        this.readers = readers;
    }

    @Override
    public void subscribe(CoreSubscriber<? super ScanPage<T>> actual) {
        boolean readAhead = settings.readAhead() && !statements.inTransaction(actual.currentContext());
        actual.onSubscribe(new PageSubscription<>(actual, readers.get(), readAhead));
    }
}
