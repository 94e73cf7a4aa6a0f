"""Two made-up clients, as plain data. Any likeness to real firms is chance."""

from typing import Any

SAMPLE_BRIEF = (
    "The first real rain of autumn catches the city off guard: people run, newspapers become roofs, a flimsy umbrella "
    "turns inside out at the corner. One woman does not hurry. She opens her Alder & Rain – seven panels of deep "
    "green, one of marigold – and the street becomes the best seat in the house: the click of the runner, drops "
    "racing down the canopy, a warm hand on ash wood. End in a quiet hallway, the umbrella drying beside the one "
    "small screwdriver that will keep it going for years."
)

HERO: dict[str, Any] = {
    "client": {"slug": "alder-rain", "name": "Alder & Rain Works"},
    "brand": {
        "slug": "alder-rain",
        "name": "Alder & Rain",
        "tagline": "Weather is a place to be.",
        "voice": (
            "Two sisters who took over their grandfather's repair bench and began to build umbrellas that can be taken "
            "apart again. They speak like good neighbours: warm, plain, a little dry. Short sentences. They never "
            "shout, never hurry anybody, and would sooner mend the old one than sell a new one."
        ),
        "visual_style": (
            "Wet streets at dusk, reflections and shop-window light. Soft overcast daylight, 50 mm lens at eye level, "
            "shallow depth of field, honest skin and hands. One clear note of marigold in every picture; everything "
            "else is green, slate and paper. Calm camera, real rain, no studio gloss."
        ),
        "palette": ["#12352f", "#f2a541", "#f7f1e5", "#3d7a80", "#c4553b"],
        "key_messages": [
            "Every part can be replaced with one small screwdriver.",
            "Eight ash ribs, one marigold panel: easy to spot in any stand.",
            "We mend before we sell.",
        ],
        "forbidden_elements": ["plastic ponchos", "lightning", "sunglasses", "crowded studio backdrops", "other logos"],
        "do_not_mention": ["unbreakable", "waterproof forever", "bargain", "discount", "throwaway"],
    },
    "campaigns": [
        {
            "slug": "first-rain",
            "name": "First Rain of Autumn",
            "brief": SAMPLE_BRIEF,
            "audience": "City people of 25 to 45 who walk to work, buy few things and keep them",
            "key_messages": ["The first rain is an invitation.", "One screwdriver keeps it going for years."],
            "call_to_action": "Meet yours at alderandrain.example",
            "do_not_mention": ["winter sale", "storm warning"],
            "budget": "120.00",
        },
        {
            "slug": "mend-day",
            "name": "Mend Day",
            "brief": (
                "Once a month the shop door stays open until the bench is empty: bring any umbrella, ours or not, and "
                "leave with it working. Show the queue in drizzle, three hands and three broken umbrellas, a bent rib "
                "made straight, and the small nod of somebody who gets an old friend back."
            ),
            "audience": "Neighbours within walking distance of the shop",
            "key_messages": ["Any umbrella, not only ours.", "A rib takes ten minutes."],
            "call_to_action": "Bring it on Saturday",
            "do_not_mention": ["free of charge"],
            "budget": "40.00",
        },
    ],
}

OTHER: dict[str, Any] = {
    "client": {"slug": "tern-tide", "name": "Tern & Tide Ferries"},
    "brand": {
        "slug": "tern-tide",
        "name": "Tern & Tide",
        "tagline": "The long way is the view.",
        "voice": "A skipper with time for a story: unhurried, exact about tides, fond of the place.",
        "visual_style": "Low northern sun, wide horizons, salt on glass, passengers seen from behind.",
        "palette": ["#16324f", "#e4572e", "#f4efe6", "#7fb7be"],
        "key_messages": ["Four islands, one ticket.", "Bicycles sail along."],
        "forbidden_elements": ["cruise ships", "champagne"],
        "do_not_mention": ["cheapest", "never late"],
    },
    "campaigns": [
        {
            "slug": "last-boat",
            "name": "The Last Boat Home",
            "brief": (
                "A summer evening on the stern deck: sandy feet, a sleeping dog, the harbour lights coming up one by "
                "one. Nobody looks at a screen. The island gets small, and somebody is already planning to come back."
            ),
            "audience": "Families on the coast",
            "key_messages": ["The last boat waits for the sunset."],
            "call_to_action": "Find your boat",
            "do_not_mention": [],
            "budget": "60.00",
        }
    ],
}
