import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { calendarDay, timestamp } from '../database/columns';
import { User } from '../users/user.entity';

export const kinds = { song: 'A song', play: 'A play', dance: 'A dance' } as const;
export type Kind = keyof typeof kinds;

/** What somebody sends in to the festival. */
@Entity('entries')
@Index('entries_sender', ['senderId', 'id'])
@Index('entries_mark', ['mark', 'id'])
export class Entry {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ length: 100 })
  title!: string;

  @Column({ type: 'varchar', length: 16 })
  kind!: Kind;

  @Column('text')
  description!: string;

  @Column({ name: 'needs_piano' })
  needsPiano!: boolean;

  /** The day on which they would like to play: "2027-06-19". */
  @Column({ ...calendarDay, name: 'wanted_on', nullable: true })
  wantedOn!: string | null;

  /** From 1 to 10; null: not marked yet. */
  @Column({ type: 'int', nullable: true })
  mark!: number | null;

  @Column({ ...timestamp, name: 'sent_at' })
  sentAt!: Date;

  @Column({ name: 'sender_id' })
  senderId!: number;

  @ManyToOne(() => User, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'sender_id', foreignKeyConstraintName: 'fk_entries_sender' })
  sender!: Relation<User>;

  /** null: not marked, or by somebody whose account is deleted. */
  @Column({ name: 'judge_id', type: 'int', nullable: true })
  judgeId!: number | null;

  @ManyToOne(() => User, { onDelete: 'SET NULL' })
  @JoinColumn({ name: 'judge_id', foreignKeyConstraintName: 'fk_entries_judge' })
  judge!: Relation<User> | null;
}
