// What ical.js sees in calendars, a list of texts: of each calendar
// [uid, start, seconds, status, summary] of every meeting.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

function read(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  ICAL.TimezoneService.reset();
  for (const zone of calendar.getAllSubcomponents("vtimezone")) {
    ICAL.TimezoneService.register(zone);
  }
  const events = calendar.getAllSubcomponents("vevent").map((one) => new ICAL.Event(one));
  const masters = events.filter((event) => event.isRecurring());
  const uids = new Set(masters.map((event) => event.uid));
  const found = [];

  function see(event, start, end) {
    const status = event.component.getFirstPropertyValue("status");
    const lasts = end.toUnixTime() - start.toUnixTime();
    found.push([event.uid, start.toUnixTime(), lasts, status, event.summary]);
  }

  for (const master of masters) {
    const each = master.iterator();
    for (let next = each.next(); next; next = each.next()) {
      const { item, startDate, endDate } = master.getOccurrenceDetails(next);
      see(item, startDate, endDate);
    }
  }
  for (const event of events) {
    if (!uids.has(event.uid)) see(event, event.startDate, event.endDate);
  }
  return found;
}

console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(read)));
