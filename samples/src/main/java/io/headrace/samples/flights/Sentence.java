package io.headrace.samples.flights;

/** Makes one sentence of an error. */
final class Sentence {

    private Sentence() {}

    static String of(Throwable error) {
        String message = error.getMessage();
        String text = message == null || message.isBlank()
                ? error.getClass().getSimpleName()
                : message.strip().replaceAll("\\s*\\R\\s*", " ").replace("/<unresolved>", "");
        return text.endsWith(".") ? text : text + ".";
    }
}
