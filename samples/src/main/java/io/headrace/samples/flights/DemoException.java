package io.headrace.samples.flights;

import org.jspecify.annotations.Nullable;

/** A problem that the person who started the program can solve; the message is one sentence for them. */
final class DemoException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DemoException(String sentence) {
        super(sentence);
    }

    DemoException(String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
    }
}
