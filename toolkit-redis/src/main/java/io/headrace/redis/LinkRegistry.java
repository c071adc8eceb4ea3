package io.headrace.redis;

import io.headrace.redis.RedisConnectionEvent.Kind;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connections that are open now. */
final class LinkRegistry {

    private static final Logger LOG = LoggerFactory.getLogger(LinkRegistry.class);

    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private final @Nullable RedisListener listener;

    LinkRegistry(@Nullable RedisListener listener) {
        this.listener = listener;
    }

    void opened(Link link) {
        links.add(link);
        tell(Kind.OPENED, link.endpoint().toString(), null);
    }

    void closed(Link link, @Nullable Throwable cause) {
        if (links.remove(link)) {
            tell(Kind.CLOSED, link.endpoint().toString(), cause);
        }
    }

    void failed(String server, Throwable cause) {
        tell(Kind.FAILED, server, cause);
    }

    private void tell(Kind kind, String server, @Nullable Throwable cause) {
        if (listener != null) {
            try {
                listener.connectionChanged(new RedisConnectionEvent(kind, server, Optional.ofNullable(cause)));
            } catch (RuntimeException e) {
                LOG.warn("A Redis listener failed.", e);
            }
        }
    }

    int size() {
        return links.size();
    }

    boolean isEmpty() {
        return links.isEmpty();
    }

    /** Closes what leads elsewhere; what was in flight there may have been executed by a server that is master no more. */
    void closeAllBut(RedisEndpoint master) {
        for (Link link : links) {
            if (!link.endpoint().equals(master)) {
                link.kill(new ConnectFailure("the master is " + master + " now"));
            }
        }
    }
}
