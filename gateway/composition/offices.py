"""The offices: where people work on what citizens ask, and where institutions speak to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.composition.ground import Ground
from gateway.composition.room import room

if TYPE_CHECKING:
    from gateway.composition.drafts import Drafts
    from gateway.composition.office.alerts import PublicAlerts
    from gateway.composition.office.broadcast import BroadcastRoom
    from gateway.composition.office.casework import HelpDesk
    from gateway.composition.office.consents import ConsentOffice
    from gateway.composition.office.editor import Editor
    from gateway.composition.office.sign_in import SignInOffice
    from gateway.composition.upkeep.vital_signs import VitalSigns
    from gateway.use_cases.analytics.look_at_sessions import LookAtSessions
    from gateway.use_cases.analytics.read_overview import ReadOverview
    from gateway.use_cases.analytics.watch_release import WatchRelease
    from gateway.use_cases.broadcast.fill_broadcasts import FillBroadcasts
    from gateway.use_cases.casework.due_times import DueTimes
    from gateway.use_cases.casework.work_on_cases import WorkOnCases
    from gateway.use_cases.handler_calls.calls_by_hand import CallsByHand
    from gateway.use_cases.handler_calls.read_questions import ReadQuestions
    from gateway.use_cases.inbound.look_at_received import LookAtReceived
    from gateway.use_cases.outbound.manage_channels import ManageChannels
    from gateway.use_cases.outbound.messages_by_hand import MessagesByHand


class Offices(Ground):
    """The rooms of those who work with the gateway."""

    @room
    def messages(self) -> MessagesByHand:
        """MTs one by one, and what people decide about them."""
        from gateway.composition.office.messages import messages

        return messages(
            self.engine,
            self.keyring,
            institutions=self.institutions,
            rules=self.deployment.settings.settling.rules,
            channels=self.channels,
            jobs=self.stores.jobs,
            counters=self.stores.counters,
            clock=self.clock,
        )

    @room
    def received(self) -> LookAtReceived:
        """MOs of a number, as those look at them who help a citizen."""
        from gateway.adapters.sql.office.received import SqlReceived
        from gateway.use_cases.inbound.look_at_received import LookAtReceived

        return LookAtReceived(
            received=SqlReceived(self.engine, self.keyring),
            authorise=self.institutions.authorise,
            trail=self.institutions.trail,
            clock=self.clock,
        )

    @room
    def drafts(self) -> Drafts:
        """Drafts of menus, on their way to citizens."""
        from gateway.composition.drafts import drafts

        return drafts(
            self.deployment,
            self.engine,
            menus=self.menus,
            institutions=self.institutions,
            jobs=lambda: self.stores.jobs,
            clock=self.clock,
        )

    @room
    def sessions(self) -> LookAtSessions:
        """How sessions went, as those look at it who help a caller."""
        from gateway.adapters.sql.ussd.kept_sessions import SqlKeptSessions
        from gateway.use_cases.analytics.look_at_sessions import LookAtSessions

        return LookAtSessions(
            sessions=SqlKeptSessions(self.engine, self.keyring),
            authorise=self.institutions.authorise,
            trail=self.institutions.trail,
            channels=self.channels,
            clock=self.clock,
        )

    @room
    def editor(self) -> Editor:
        """Drafts as forms and as phones show them."""
        from gateway.composition.office.editor import editor

        shortcuts = self.menus.store.shortcuts
        return editor(self.deployment, self.drafts, shortcuts, lambda: self.releases.current())

    @room
    def manage_channels(self) -> ManageChannels:
        """How channels stand, and what people decide about them."""
        from gateway.use_cases.outbound.manage_channels import ManageChannels

        return ManageChannels(
            states=self.sql.channel_states,
            channels=self.channels,
            authorise=self.institutions.authorise,
            clock=self.clock,
        )

    @room
    def consents(self) -> ConsentOffice:
        """What subscribers said about our writing to them, as people look at it."""
        from gateway.composition.office.consents import consent_office

        return consent_office(
            self.deployment,
            self.engine,
            institutions=self.institutions,
            release=lambda: self.releases.current(),
            clock=self.clock,
        )

    @room
    def cases(self) -> WorkOnCases:
        """Cases, as those see them who work on them."""
        from gateway.composition.office.casework import cases

        return cases(
            self.engine,
            self.keyring,
            self.clock,
            lambda: self.releases,
            self._reaches,
            jobs=lambda: self.stores.jobs,
            channels=self.channels,
            institutions=self.institutions,
        )

    @room
    def due_times(self) -> DueTimes:
        """Until when cases and messages are to be dealt with."""
        from gateway.use_cases.casework.due_times import DueTimes

        return DueTimes(self.deployment.settings.due_days)

    @room
    def help_desk(self) -> HelpDesk:
        """What no menu answers, and the answers people give."""
        from gateway.composition.office.casework import help_desk

        return help_desk(
            self.engine,
            self.keyring,
            jobs=self.stores.jobs,
            channels=self.channels,
            institutions=self.institutions,
            clock=self.clock,
        )

    @room
    def broadcast(self) -> BroadcastRoom:
        """Broadcasts, as those see them who send them."""
        from gateway.composition.office.broadcast import broadcast

        return broadcast(
            self.deployment,
            self.engine,
            authorise=self.institutions.authorise,
            trail=self.institutions.trail,
            outbox=self.sql.outbox,
            jobs=self.stores.jobs,
            releases=lambda: self.releases,
            channels=self.channels,
            spend=self.institutions.spend,
            known=self.institutions.known,
            clock=self.clock,
        )

    @room
    def alerts(self) -> PublicAlerts:
        """Public warnings, from their sources to drafts of broadcasts."""
        from gateway.composition.office.alerts import public_alerts

        return public_alerts(
            self.deployment.settings.alerts,
            self.engine,
            broadcast=self.broadcast,
            institutions=self.institutions,
            releases=lambda: self.releases,
            counters=self.counters,
            clock=self.clock,
        )

    @room
    def fill_broadcasts(self) -> FillBroadcasts:
        """What moves broadcasts into the outbox."""
        from gateway.composition.office.broadcast import fill_broadcasts

        return fill_broadcasts(
            self.deployment,
            self.engine,
            jobs=self.stores.jobs,
            releases=self.releases,
            channels=self.channels,
            spend=self.institutions.spend,
            known=self.institutions.known,
            counters=self.counters,
            clock=self.clock,
        )

    @room
    def calls_by_hand(self) -> CallsByHand:
        """Calls of other systems, as those make them who see to them."""
        from gateway.adapters.sql.institutions.people import are_kept
        from gateway.use_cases.handler_calls.calls_by_hand import CallsByHand

        deployment = self.deployment
        live = self.live_forms
        forms = live.forms.values()
        return CallsByHand(
            postings=self.sql.postings,
            posted={each.name: each.post_to for each in forms if each.post_to},
            contracts={name: each.contract for name, each in live.handlers.items()},
            release=deployment.load_release,
            authorise=self.institutions.authorise,
            trail=self.institutions.trail,
            is_begun=lambda: are_kept(self.engine),
            clock=self.clock,
        )

    @room
    def overview(self) -> ReadOverview:
        """What goes on, in figures."""
        from gateway.composition.upkeep.analytics import overview

        return overview(
            self.deployment,
            self.engine,
            vital_signs=lambda: self.vital_signs,
            institutions=self.institutions,
            channels=self.channels,
            clock=self.clock,
        )

    @room
    def watch_release(self) -> WatchRelease:
        """How sessions go since a release is live."""
        from gateway.use_cases.analytics.watch_release import WatchRelease

        settings = self.deployment.settings
        return WatchRelease(
            sums=self.overview.sums,
            authorise=self.institutions.authorise,
            fewest=settings.fewest_shown,
            zone=settings.zone,
            clock=self.clock,
        )

    @room
    def vital_signs(self) -> VitalSigns:
        """What health, metrics, the doctor and the overview ask."""
        from gateway.composition.upkeep.vital_signs import VitalSigns

        return VitalSigns(
            deployment=self.deployment,
            handlers=self.live_forms.handlers,
            engine=self.engine,
            stores=self.stores,
            keys=self.keys,
            release=lambda: self.releases.current(),
            spend=lambda: self.institutions.spend,
            clock=self.clock,
        )

    @room
    def sign_in(self) -> SignInOffice:
        """Getting into the console, and letting people in."""
        from gateway.composition.office.sign_in import sign_in_office

        settings = self.deployment.settings
        return sign_in_office(
            settings.console,
            self.engine,
            self.keyring,
            institutions=self.institutions,
            own=settings.institution,
            arrivals=self.stores.arrivals,
            clock=self.clock,
        )

    @room
    def questions(self) -> ReadQuestions:
        """Look-ups that wait for their answer."""
        from gateway.use_cases.handler_calls.read_questions import ReadQuestions

        return ReadQuestions(
            questions=self.sql.kept_questions,
            authorise=self.institutions.authorise,
            trail=self.institutions.trail,
            releases=lambda: self.releases,
            clock=self.clock,
        )
