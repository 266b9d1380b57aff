// The day on the map: a line and pins for each member, drawn from the list beside it, which holds all the words.
// A colour never stands alone: each pin carries the member's sign and the shape of the visit's state.
(() => {
  "use strict";

  const box = document.getElementById("routes");
  const list = document.getElementById("route-part");
  if (!box || !list || !window.L) {
    return;
  }
  box.hidden = false;
  const map = L.map(box, {
    attributionControl: Boolean(box.dataset.attribution),
    keyboard: true,
    zoomAnimation: false,
    zoomSnap: 0.25,
  });
  map.setView([37.4985, 126.9515], 13);
  box.querySelectorAll(".leaflet-control-zoom a").forEach((button) => button.setAttribute("tabindex", "-1"));
  if (box.dataset.attribution) {
    map.attributionControl.setPrefix(false);
  }
  if (box.dataset.tiles) {
    L.tileLayer(box.dataset.tiles, { attribution: box.dataset.attribution, maxZoom: 19 }).addTo(map);
  }

  const sign = (point, className, words, size, anchor) => {
    const marker = L.marker(point, {
      interactive: false,
      keyboard: false,
      zIndexOffset: className === "dong-name" ? -1000 : 0, // a pin lies above a name
      icon: L.divIcon({ className, html: "", iconSize: size, iconAnchor: anchor }),
    });
    marker.on("add", () => {
      marker.getElement().textContent = words;
      marker.getElement().setAttribute("aria-hidden", "true");
    });
    return marker;
  };

  const WIDE = 38; // pixels from pin to pin, side by side
  const HIGH = 28;
  const AROUND = [0, 1, -1, 2, -2];
  const STEPS = AROUND.flatMap((right) => AROUND.map((down) => [right * WIDE, down * HIGH]));
  const far = ([right, down]) => Math.abs(right) + 2 * Math.abs(down); // beside before below
  STEPS.sort((one, other) => far(one) - far(other));
  // Where a pin covers none of those that stand already, and is in sight; amid a crowd it stays at its home.
  const room = (point, standing) => {
    const home = map.latLngToContainerPoint(point);
    const sight = L.bounds([WIDE / 2, HIGH / 2], map.getSize().subtract([WIDE / 2, HIGH / 2]));
    const isFree = (step) => {
      const spot = home.add(step);
      return (
        sight.contains(spot) &&
        standing.every((other) => Math.abs(spot.x - other.x) >= WIDE || Math.abs(spot.y - other.y) >= HIGH)
      );
    };
    const step = STEPS.find(isFree) || STEPS[0];
    standing.push(home.add(step));
    return step;
  };

  const routes = L.layerGroup().addTo(map);
  const draw = () => {
    routes.clearLayers();
    const all = [];
    const standing = []; // two of a team go to one home, and neighbours live near: each pin is to be read
    list.querySelectorAll(".route").forEach((route) => {
      const { sign: letter, colour } = route.dataset;
      const stops = [...route.querySelectorAll("[data-lat]")];
      const points = stops.map((stop) => [Number(stop.dataset.lat), Number(stop.dataset.lon)]);
      if (letter !== "?") {
        routes.addLayer(L.polyline(points, { className: `route-line is-colour-${colour}`, weight: 4, interactive: false }));
      }
      stops.forEach((stop, at) => {
        const words = `${stop.querySelector(".route-shape").textContent}${letter}`;
        const [right, down] = room(points[at], standing);
        routes.addLayer(sign(points[at], `route-pin is-colour-${colour}`, words, null, [18 - right, 14 - down]));
      });
      all.push(...points);
    });
    return all;
  };
  const fit = (points) => {
    if (points.length) {
      map.fitBounds(points, { padding: [40, 40], maxZoom: 15 });
    }
  };

  fetch(box.dataset.outline)
    .then((answer) => (window.isRefused(answer) ? null : answer.json()))
    .then((outline) => {
      if (outline) {
        L.geoJSON(outline, {
          filter: (each) => each.properties.kind === "행정동",
          interactive: false,
          className: box.dataset.tiles ? "dong is-over-tiles" : "dong",
          weight: 1,
          onEachFeature: (each) => {
            const { label_lat: lat, label_lon: lon, name } = each.properties;
            sign([lat, lon], "dong-name", name, [80, 18]).addTo(map);
          },
        })
          .addTo(map)
          .bringToBack();
      }
    })
    .catch(() => {}); // without the outline the pins still stand to one another as they do
  map.on("zoomend", draw);
  fit(draw());
  list.addEventListener("live:after", draw);

  // Paper has another size than the window: everything is placed anew for it, and again for the screen.
  const place = () => {
    map.invalidateSize({ animate: false, pan: false });
    fit(draw());
    draw();
  };
  window.matchMedia("print").addEventListener("change", place);
})();
