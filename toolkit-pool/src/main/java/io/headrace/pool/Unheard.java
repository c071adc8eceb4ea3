package io.headrace.pool;

import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;

/** Starts what has no answer that anybody waits for. */
final class Unheard implements CoreSubscriber<Void> {

    static final Unheard INSTANCE = new Unheard();

    private static final Logger LOG = LoggerFactory.getLogger(Unheard.class);

    private Unheard() {}

    @Override
    public void onSubscribe(Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(Void nothing) {}

    @Override
    public void onError(Throwable error) {
        LOG.debug("a connection could not be given back", error);
    }

    @Override
    public void onComplete() {}
}
