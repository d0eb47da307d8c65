package dev.gabion.examples.orders;

/** What the customer gets for an order. */
public record Receipt(String orderId, int lines) {}
