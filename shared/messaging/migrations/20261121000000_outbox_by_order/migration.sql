-- Whether an order has something waiting in the outbox is asked with each event that it says.
create index outbox_subject on messaging.outbox (subject);
